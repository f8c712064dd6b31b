import { stopped } from '#lib/core/stopped';
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
  const text = hint === null || message.includes(hint) ? ended : `${ended} ${sentence(hint)}`;
  return {
    severity: 'ERROR',
    code: denied,
    message: text.startsWith('[') ? text : `[DENIED] ${text}`,
    hint: hint ?? undefined,
  };
}

/** With a capital at its start, unless that is a name as SQL writes it. */
function sentence(text: string): string {
  return text.replace(/^[a-z]+(?=[ ,;:])/, (word) => word.charAt(0).toUpperCase() + word.slice(1));
}

export interface PendingStatement {
  readonly ticket: string;
  /** The card's verdict line. */
  readonly verdict: string;
  readonly expiresAt: Date;
  readonly rule: string;
  readonly question?: {
    readonly by: string;
    readonly text: string;
    readonly statement: string | null;
  } | null;
}

/** A held statement that nobody answered in time. It never runs by itself. */
export function pendingStatement(pending: PendingStatement): ReportFields {
  const asked = pending.question ?? null;
  if (asked !== null) return questionedStatement(pending, asked);
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

/** What an approver wants to know, or proposes, before they decide. People's text, made one line. */
function questionedStatement(
  pending: PendingStatement,
  asked: NonNullable<PendingStatement['question']>,
): ReportFields {
  const { ticket, expiresAt, rule } = pending;
  const text = oneLine(asked.text);
  const detail = { ticket, state: 'pending', expiresAt: expiresAt.toISOString(), rule, question: asked };
  if (asked.statement !== null) {
    return {
      severity: 'ERROR',
      code: denied,
      message: `[PENDING] ticket ${ticket}: ${asked.by} proposes a narrower statement: ${text} Send that one instead: ${oneLine(asked.statement)}`,
      detail: JSON.stringify(detail),
      hint: 'Nothing was rewritten and nothing ran. The narrower statement is decided when you send it.',
    };
  }
  return {
    severity: 'ERROR',
    code: denied,
    message: `[PENDING] ticket ${ticket}: ${asked.by} asks: ${text} Answer by running the same statement with a comment in front: /* answer: … */`,
    detail: JSON.stringify(detail),
    hint: `Run the same statement again with /* answer: your answer */ in front of it, then wait for ${ticket}.`,
  };
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

export function cutSession(reason: string): Buffer {
  return report({
    severity: 'FATAL',
    code: cutCode,
    message: `This session was ended: ${stopped(reason)} What ran is recorded; ask the resource's owner before you connect again.`,
  });
}
