import { isInsuranceNumber, isSocialSecurityNumber, passesIban, passesLuhn } from './checksums.ts';
import { type DetectorName, detectorNames } from './model.ts';
import { type Signs, signsOf } from './prefilter.ts';

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
  /** False only where the pattern can't match. */
  readonly mayHold: (signs: Signs) => boolean;
  readonly pattern: RegExp;
  readonly accepts?: (match: string) => boolean;
}

const detectors: readonly Detector[] = [
  {
    kind: 'private-key',
    mayHold: ({ dash, capital }) => dash && capital,
    pattern:
      /-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{1,60}-----|$)/g,
  },
  {
    kind: 'jwt',
    mayHold: ({ dot }) => dot,
    pattern: /\beyJ[\w-]{8,}\.[\w-]{2,}\.[\w-]*/g,
  },
  {
    kind: 'connection-string',
    mayHold: ({ colon, at }) => colon && at,
    pattern: /\b[a-z][a-z0-9+.-]{1,30}:\/\/[^\s:@/'"]{1,256}:[^\s@/'"]{1,512}@[^\s'"]+/gi,
  },
  {
    kind: 'connection-string',
    mayHold: ({ equals }) => equals,
    pattern: /\b(?:AccountKey|SharedAccessKey|Password|Pwd)=[^;\s'"]{6,512}/gi,
  },
  {
    kind: 'cloud-token',
    mayHold: ({ capital }) => capital,
    pattern: /\b(?:(?:AKIA|ASIA)[A-Z2-7]{16}|AIza[\w-]{35}|ya29\.[\w-]{20,}|\w{3}8Q~[\w.~-]{31,34})/g,
  },
  {
    kind: 'cloud-token',
    mayHold: ({ underscore, dash }) => underscore || dash,
    pattern: /\b(?:sk_live_\w{16,}|rk_live_\w{16,}|xox[abeoprs]-[\w-]{10,}|sk-[\w-]{20,})/g,
  },
  {
    kind: 'git-token',
    mayHold: ({ underscore, dash }) => underscore || dash,
    pattern: /\b(?:gh[pousr]_\w{36,255}|github_pat_\w{22,255}|glpat-[\w-]{20,255})/g,
  },
  {
    kind: 'email',
    mayHold: ({ at, dot }) => at && dot,
    pattern: /[\p{L}\p{N}._%+-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,24}/gu,
  },
  {
    kind: 'iban',
    mayHold: ({ digits, capital }) => digits >= 12 && capital,
    pattern: /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b/g,
    accepts: (match) => passesIban(match.replaceAll(' ', '')),
  },
  {
    kind: 'card',
    mayHold: ({ digits }) => digits >= 13,
    pattern: /(?<![\d.-])\d(?:[ -]?\d){12,18}(?![\d.])/g,
    accepts: (match) => passesLuhn(match.replace(/[ -]/g, '')),
  },
  {
    kind: 'national-id',
    mayHold: ({ digits }) => digits >= 9,
    pattern: /(?<![\d-])\d{3}[- ]\d{2}[- ]\d{4}(?![\d-])/g,
    accepts: isSocialSecurityNumber,
  },
  {
    kind: 'national-id',
    mayHold: ({ digits, capital }) => digits >= 6 && capital,
    pattern: /\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b/g,
    accepts: isInsuranceNumber,
  },
  {
    kind: 'phone',
    mayHold: ({ digits }) => digits >= 8,
    pattern: /(?<![\d.+])(?:\+|\b00)[1-9]\d{0,2}(?:[ ().-]{0,2}\d){6,12}(?!\d)|\(\d{3}\) ?\d{3}-\d{4}(?!\d)/g,
  },
];

/** False only where none of the detectors can find anything in these bytes: a look at each byte, no more. */
export function mayHold(bytes: Uint8Array, only: readonly DetectorName[]): boolean {
  const signs = signsOf(bytes);
  return detectors.some((detector) => only.includes(detector.kind) && detector.mayHold(signs));
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
  let text: string | null = typeof value === 'string' ? value : null;
  const found: Detection[] = [];
  for (const { kind, mayHold, pattern, accepts } of detectors) {
    if (!only.includes(kind) || !mayHold(signs)) continue;
    text ??= Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    for (const match of text.matchAll(pattern)) {
      const start = match.index;
      const end = start + match[0].length;
      const isFree = found.every((other) => end <= other.start || start >= other.end);
      if (isFree && (accepts?.(match[0]) ?? true)) found.push({ kind, start, end });
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

/** The text with every find replaced by `[kind]`, or the text itself when there is none. */
export function hideDetected(text: string, only: readonly DetectorName[] = detectorNames): string {
  let hidden = '';
  let from = 0;
  for (const { kind, start, end } of detect(text, only)) {
    hidden += `${text.slice(from, start)}[${kind}]`;
    from = end;
  }
  return from === 0 ? text : hidden + text.slice(from);
}
