import type { Refused } from '#proxy/pipeline/refused';
import { type ReportFields, report } from './codec/write.ts';

// SQLSTATEs that drivers neither retry nor reconnect on (not 40001, 08*, 57P01).
export const denied = '42501';
export const cutCode = '28000';

const byKind: Readonly<Record<Refused['kind'], string>> = {
  unauthenticated: '28000',
  forbidden: '28000',
  unknown_target: '3D000',
  unavailable: '57P03',
  limit: '53300',
  invalid: '22023',
};

/** A refused connection, in Postgres' own terms: FATAL, then the gateway closes. */
export function refusedConnection(refused: Refused): Buffer {
  return report({ severity: 'FATAL', code: byKind[refused.kind], message: refused.message });
}

/** How a refused statement reads. Drivers drop secondary fields, so the first line says it all. */
export function refusedStatement(message: string, hint: string | null): ReportFields {
  const ended = /[.!?…]$/.test(message) ? message : `${message}.`;
  const text = hint === null || message.includes(hint) ? ended : `${ended} ${hint}`;
  return {
    severity: 'ERROR',
    code: denied,
    message: text.startsWith('[') ? text : `[DENIED] ${text}`,
    hint: hint ?? undefined,
  };
}

export interface PendingStatement {
  readonly ticket: string;
  /** The card's verdict line. */
  readonly verdict: string;
  readonly expiresAt: Date;
  readonly rule: string;
}

/** A held statement that nobody answered in time. It never runs by itself. */
export function pendingStatement(pending: PendingStatement): ReportFields {
  return {
    severity: 'ERROR',
    code: denied,
    message: `[PENDING] ticket ${pending.ticket}: ${pending.verdict}. Re-run unchanged after approval; do not work around.`,
    detail: JSON.stringify({
      ticket: pending.ticket,
      state: 'pending',
      expiresAt: pending.expiresAt.toISOString(),
      rule: pending.rule,
    }),
    hint: `Ask for an answer to ${pending.ticket}, then run the same statement again, unchanged.`,
  };
}

export function cutSession(reason: string): Buffer {
  return report({
    severity: 'FATAL',
    code: cutCode,
    message: `This session was ended: ${reason}. What ran is recorded; ask the resource's owner before you connect again.`,
  });
}
