import { sessionMsMax } from '#lib/core/limits';
import { type LimitKind, type LimitTerm, limitKinds, type PolicyLimit } from './model.ts';

const unitBytes: Readonly<Record<string, number>> = { '': 1, B: 1, kB: 1e3, MB: 1e6, GB: 1e9 };
const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };
const rateMost = 10_000;
const secondsMost = 24 * 3_600;
const zonePattern = /^[a-z][a-z0-9-]{0,39}$/;

interface Form {
  readonly read: (text: string) => number | string | null;
  readonly says: string;
}

const count: Form = { read: whole, says: 'a number of rows: "10000"' };
const size: Form = { read: bytes, says: 'a size: "500kB", "10MB", "2GB"' };
const time: Form = { read: seconds, says: 'a time up to 24h: "90s", "15m", "8h"' };

const forms: Readonly<Record<LimitKind, Form>> = {
  rows_max: count,
  session_rows_max: count,
  bytes_max: size,
  session_bytes_max: size,
  rate_max: { read: rate, says: `statements a second, 1 to ${rateMost}: "20"` },
  idle_max: time,
  session_max: time,
  zone: {
    read: (text) => (zonePattern.test(text) ? text : null),
    says: 'a name in small letters: @zone("payments")',
  },
};

/** Reads the annotations that limit a session. `faults` are sentences, as of other obligations. */
export function readLimits(annotations: Readonly<Record<string, string | null | undefined>>): {
  readonly limits: readonly PolicyLimit[];
  readonly faults: readonly string[];
} {
  const limits: PolicyLimit[] = [];
  const faults: string[] = [];
  for (const kind of limitKinds) {
    if (!(kind in annotations)) continue;
    const value = forms[kind].read(annotations[kind] ?? '');
    if (value === null) faults.push(`@${kind} is ${forms[kind].says}`);
    else limits.push({ kind, value });
  }
  return { limits, faults };
}

/** What is wrong with limits that say nothing: no session lives longer than this. */
export function limitsBeyondSessions(limits: readonly PolicyLimit[]): string | null {
  const secondsMax = sessionMsMax / 1_000;
  const isBeyond = limits.some(({ kind, value }) => kind === 'session_max' && Number(value) > secondsMax);
  return isBeyond ? `@session_max is at most ${secondsMax / 60}m: every session ends then` : null;
}

/** The least of each kind, with the rule that says it; every zone. */
export function strictestLimits(terms: readonly LimitTerm[]): readonly LimitTerm[] {
  if (terms.length < 2) return terms;
  const found = new Map<string, LimitTerm>();
  for (const term of terms) {
    const key = term.kind === 'zone' ? `zone ${term.value}` : term.kind;
    const known = found.get(key);
    if (known === undefined || Number(term.value) < Number(known.value)) found.set(key, term);
  }
  return [...found.values()];
}

function whole(text: string): number | null {
  const value = /^\d{1,12}$/.test(text) ? Number(text) : 0;
  return value > 0 ? value : null;
}

function rate(text: string): number | null {
  const value = whole(text);
  return value !== null && value <= rateMost ? value : null;
}

function bytes(text: string): number | null {
  const match = /^(\d{1,12}) ?(B|kB|MB|GB)?$/.exec(text);
  const value = match ? Number(match[1]) * (unitBytes[match[2] ?? ''] ?? 0) : 0;
  return value > 0 ? value : null;
}

function seconds(text: string): number | null {
  const match = /^(\d{1,6})(s|m|h)$/.exec(text);
  const value = match ? Number(match[1]) * (unitSeconds[match[2] ?? ''] ?? 0) : 0;
  return value > 0 && value <= secondsMost ? value : null;
}
