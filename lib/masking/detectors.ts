import { isInsuranceNumber, isSocialSecurityNumber, passesIban, passesLuhn } from './checksums.ts';
import { hideEmails } from './email-bytes.ts';
import { type DetectorName, detectorNames } from './model.ts';
import { meets, sign, signsOf } from './prefilter.ts';

// An aid, not a boundary: it knows what common confidential values look like, and an encoding that it
// does not know passes. Masks by lineage are the boundary. Off unless a policy switches it on.

/** A place in a text that looks confidential: UTF-16 offsets. */
export interface Detection {
  readonly kind: DetectorName;
  readonly start: number;
  readonly end: number;
}

interface Detector {
  readonly kind: DetectorName;
  /** Signs of which one set stands in every text that the pattern matches. */
  readonly needs: readonly number[];
  readonly pattern: RegExp;
  readonly accepts?: (match: string) => boolean;
}

const detectors: readonly Detector[] = [
  {
    kind: 'private-key',
    needs: [sign.dash | sign.capitals3],
    pattern:
      /-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{1,60}-----|$)/g,
  },
  {
    kind: 'jwt',
    needs: [sign.capital | sign.dot | sign.run15],
    pattern: /\beyJ[\w-]{8,}\.[\w-]{2,}\.[\w-]*/g,
  },
  {
    kind: 'connection-string',
    needs: [sign.colon | sign.at],
    pattern: /\b[a-z][a-z0-9+.-]{1,30}:\/\/[^\s:@/'"]{1,256}:[^\s@/'"]{1,512}@[^\s'"]+/gi,
  },
  {
    kind: 'connection-string',
    needs: [sign.equals],
    pattern: /\b(?:AccountKey|SharedAccessKey|Password|Pwd)=[^;\s'"]{6,512}/gi,
  },
  {
    kind: 'cloud-token',
    needs: [sign.capital | sign.run15, sign.dot | sign.run15],
    pattern: /\b(?:(?:AKIA|ASIA)[A-Z2-7]{16}|AIza[\w-]{35}|ya29\.[\w-]{20,}|\w{3}8Q~[\w.~-]{31,34})/g,
  },
  {
    kind: 'cloud-token',
    needs: [sign.underscore | sign.run15, sign.dash | sign.run15],
    pattern: /\b(?:sk_live_\w{16,}|rk_live_\w{16,}|xox[abeoprs]-[\w-]{10,}|sk-[\w-]{20,})/g,
  },
  {
    kind: 'git-token',
    needs: [sign.underscore | sign.run15, sign.dash | sign.run15],
    pattern: /\b(?:gh[pousr]_\w{36,255}|github_pat_\w{22,255}|glpat-[\w-]{20,255})/g,
  },
  {
    kind: 'email',
    needs: [sign.at | sign.dot],
    pattern: /[\p{L}\p{N}._%+-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,24}/gu,
  },
  {
    kind: 'iban',
    needs: [sign.country],
    pattern: /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b/g,
    accepts: (match) => passesIban(match.replaceAll(' ', '')),
  },
  {
    kind: 'card',
    needs: [sign.digits13],
    pattern: /(?<![\d.-])\d(?:[ -]?\d){12,18}(?![\d.])/g,
    accepts: (match) => passesLuhn(match.replace(/[ -]/g, '')),
  },
  {
    kind: 'national-id',
    needs: [sign.digits9 | sign.gap],
    pattern: /(?<![\d-])\d{3}[- ]\d{2}[- ]\d{4}(?![\d-])/g,
    accepts: isSocialSecurityNumber,
  },
  {
    kind: 'national-id',
    needs: [sign.digits6 | sign.capitals3],
    pattern: /\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b/g,
    accepts: isInsuranceNumber,
  },
  {
    kind: 'phone',
    needs: [sign.digits6 | sign.dials, sign.zeros],
    pattern: /(?<![\d.+])(?:\+|\b00)[1-9]\d{0,2}(?:[ ().-]{0,2}\d){6,12}(?!\d)|\(\d{3}\) ?\d{3}-\d{4}(?!\d)/g,
  },
];

const known = new WeakMap<readonly DetectorName[], readonly number[]>();

/** Signs without which none of these detectors finds anything: `meets` asks for them. */
export function needsOf(only: readonly DetectorName[]): readonly number[] {
  let needs = known.get(only);
  if (needs === undefined) {
    const all = new Set(detectors.filter(({ kind }) => only.includes(kind)).flatMap((one) => one.needs));
    // What asks for all that another asks for, and more, adds nothing.
    needs = [...all].filter((need) => ![...all].some((less) => less !== need && (need & less) === less));
    known.set(only, needs);
  }
  return needs;
}

/** False only where none of the detectors can find anything in these bytes: a look at each byte, no more. */
export function mayHold(bytes: Uint8Array, only: readonly DetectorName[]): boolean {
  return meets(signsOf(bytes), needsOf(only));
}

/**
 * What in a text or a value looks confidential, in the order in which it stands. Of overlapping finds
 * the first detector's stays. `only` limits which detectors run.
 */
export function detect(
  value: string | Uint8Array,
  only: readonly DetectorName[] = detectorNames,
): readonly Detection[] {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
  const signs = signsOf(bytes);
  if (!meets(signs, needsOf(only))) return [];
  const text = typeof value === 'string' ? value : textOf(bytes);
  return findIn(text, signs, only);
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

/** `signs`: of the text's bytes. */
function findIn(text: string, signs: number, only: readonly DetectorName[]): readonly Detection[] {
  const found: Detection[] = [];
  for (const { kind, needs, pattern, accepts } of detectors) {
    if (!only.includes(kind) || !meets(signs, needs)) continue;
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      const start = match.index;
      const end = start + match[0].length;
      const isFree = found.every((other) => end <= other.start || start >= other.end);
      if (isFree && (accepts?.(match[0]) ?? true)) found.push({ kind, start, end });
    }
  }
  return found.length < 2 ? found : found.sort((a, b) => a.start - b.start);
}

/** The text with every find replaced by `[kind]`, or the text itself when there is none. */
export function hideDetected(text: string, only: readonly DetectorName[] = detectorNames): string {
  return hidden(text, detect(text, only));
}

function hidden(text: string, found: readonly Detection[]): string {
  let out = '';
  let from = 0;
  for (const { kind, start, end } of found) {
    out += `${text.slice(from, start)}[${kind}]`;
    from = end;
  }
  return from === 0 ? text : out + text.slice(from);
}

const emailNeeds = [sign.at | sign.dot];

/** Hides finds in the bytes from `start` to `end`; null when there is none, told without copying them. */
export type BytesSearch = (bytes: Uint8Array, start: number, end: number) => Uint8Array | null;

export function bytesSearch(only: readonly DetectorName[]): BytesSearch {
  const needs = needsOf(only);
  const others = needsOf(only.filter((kind) => kind !== 'email'));
  return (bytes, start, end) => {
    const signs = signsOf(bytes, start, end);
    if (!meets(signs, needs)) return null;
    const isEmail = (signs & sign.wide) === 0 && meets(signs, emailNeeds) && !meets(signs, others);
    if (isEmail) return hideEmails(bytes, start, end);
    const text = textOf(bytes.subarray(start, end));
    const out = hidden(text, findIn(text, signs, only));
    return out === text ? null : Buffer.from(out, 'utf8');
  };
}
