import type { StatementRow } from './model.ts';

/** What statements add to one row of `usage`. */
export interface UsageDelta {
  readonly grantId: string;
  readonly day: string;
  readonly action: string;
  readonly object: string;
  used: number;
  usedOnlyThis: number;
  denied: number;
  pending: number;
  lastAt: Date;
  lastSessionId: string;
  lastSeq: number;
}

/** What statements add to the counters of a session that is still live. */
export interface SessionDelta {
  readonly sessionId: string;
  statements: number;
  allowed: number;
  held: number;
  denied: number;
  rowsOut: number;
  bytesOut: number;
  maskedFields: number;
}

type Counted = 'used' | 'denied' | 'pending';

/**
 * Use is what reached the target (also what failed there: it was exercised). Refused is denied; held
 * and not run is pending: neither is use.
 */
export function countedAs({ decision, outcome }: Pick<StatementRow, 'decision' | 'outcome'>): Counted {
  if (decision === 'deny' || outcome === 'refused') return 'denied';
  if (outcome === 'pending') return 'pending';
  if (outcome === 'cancelled') return decision === 'allow' ? 'used' : 'pending';
  return 'used';
}

/** Sums by grant, day, action and object, for each grant that alone would have allowed it; in key order. */
export function usageDeltas(rows: readonly StatementRow[]): readonly UsageDelta[] {
  const found = new Map<string, UsageDelta>();
  const dayOf = days();
  for (const row of rows) {
    const counted = countedAs(row);
    const day = dayOf(row.at);
    const grantIds = distinct(row.grantIds);
    const permissions = new Set<string>();
    for (const { action, object } of row.permissions) {
      const permission = `${action} ${object}`;
      if (permissions.has(permission)) continue;
      permissions.add(permission);
      for (const grantId of grantIds) {
        const key = `${grantId} ${day} ${permission}`;
        let delta = found.get(key);
        if (delta === undefined) {
          delta = {
            grantId,
            day,
            action,
            object,
            ...nothing,
            lastAt: row.at,
            lastSessionId: '',
            lastSeq: -1,
          };
          found.set(key, delta);
        }
        add(delta, row, counted, grantIds.length === 1);
      }
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, delta]) => delta);
}

const nothing = { used: 0, usedOnlyThis: 0, denied: 0, pending: 0 };

function add(delta: UsageDelta, row: StatementRow, counted: Counted, onlyThis: boolean): void {
  // A use beats an attempt; among equals the later one.
  const beats = counted === 'used' ? delta.used === 0 : false;
  const equal = (counted === 'used') === delta.used > 0;
  const later =
    row.at > delta.lastAt || (row.at.getTime() === delta.lastAt.getTime() && row.seq > delta.lastSeq);
  if (beats || (equal && later)) {
    delta.lastAt = row.at;
    delta.lastSessionId = row.sessionId;
    delta.lastSeq = row.seq;
  }
  delta[counted] += 1;
  if (counted === 'used' && onlyThis) delta.usedOnlyThis += 1;
}

export function sessionDeltas(rows: readonly StatementRow[]): readonly SessionDelta[] {
  const found = new Map<string, SessionDelta>();
  for (const row of rows) {
    let delta = found.get(row.sessionId);
    if (delta === undefined) {
      delta = {
        sessionId: row.sessionId,
        statements: 0,
        allowed: 0,
        held: 0,
        denied: 0,
        rowsOut: 0,
        bytesOut: 0,
        maskedFields: 0,
      };
      found.set(row.sessionId, delta);
    }
    delta.statements += 1;
    delta[row.decision === 'allow' ? 'allowed' : row.decision === 'hold' ? 'held' : 'denied'] += 1;
    delta.rowsOut += row.rows;
    delta.bytesOut += row.bytesOut;
    delta.maskedFields += row.maskedFields;
  }
  return [...found.values()].sort((a, b) => (a.sessionId < b.sessionId ? -1 : 1));
}

function distinct(ids: readonly string[]): readonly string[] {
  return ids.length < 2 ? ids : [...new Set(ids)];
}

const dayMs = 86_400_000;

/** UTC days; a batch spans one or two. */
function days(): (at: Date) => string {
  const known = new Map<number, string>();
  return (at) => {
    const number = Math.floor(at.getTime() / dayMs);
    const day = known.get(number) ?? at.toISOString().slice(0, 10);
    known.set(number, day);
    return day;
  };
}
