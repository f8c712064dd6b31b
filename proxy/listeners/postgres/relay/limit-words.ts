import type { LimitTerm } from '#lib/policies/model';
import { refusedStatement } from '../errors.ts';
import type { Refusal } from './replaced.ts';

/** Why a session ends. */
export type CutNotice = string;

function sizeOf({ kind, value }: LimitTerm): string {
  const number = Number(value).toLocaleString('en-US');
  return kind.endsWith('rows_max') ? `${number} rows` : `${number} bytes`;
}

function refusal(message: string, hint: string): Refusal {
  return refusedStatement(`[LIMIT] ${message}`, hint);
}

/** What an agent is told: which limit, by which rule, and what passes. */
export const limitRefusal = {
  exceeded(limit: LimitTerm): Refusal {
    const isSession = limit.kind.startsWith('session');
    return refusal(
      `the answer was stopped: ${isSession ? 'a session' : 'a statement'} may read ${sizeOf(limit)} here, by rule "${limit.rule}".`,
      isSession
        ? 'Rows up to there were sent. Read less, or ask an admin for a wider rule; do not work around.'
        : 'Rows up to there were sent. Narrow it by a WHERE, a LIMIT or fewer columns, or aggregate on the server.',
    );
  },
  usedUp(limit: LimitTerm): Refusal {
    return refusal(
      `this session has read ${sizeOf(limit)}, the most that rule "${limit.rule}" allows one.`,
      'Nothing more runs in it. Ask an admin for a wider rule if the task needs more; do not work around.',
    );
  },
  pace(limit: LimitTerm): Refusal {
    return refusal(
      `a session may run ${limit.value} statements a second here, by rule "${limit.rule}".`,
      'Nothing of this message ran. Wait a second and send it again, or do more in one statement.',
    );
  },
  zone(held: LimitTerm, other: LimitTerm): Refusal {
    return refusal(
      `this session works in the zone "${held.value}" (rule "${held.rule}"), and this statement needs "${other.value}" (rule "${other.rule}").`,
      'One session stays in one zone: open another session for the other zone, and carry no data between them.',
    );
  },
} as const;

export const limitWords = {
  idle: (limit: LimitTerm): CutNotice =>
    `it was idle for ${timeOf(limit)}, the most that rule "${limit.rule}" allows; connect again when there is work`,
  /** What ran beside an answer that was stopped was not taken back. */
  stands: ({ message }: Refusal, stands: boolean): CutNotice =>
    stands
      ? `${message} The statements sent with it ran to their end, and what they wrote stands`
      : `${message} Its transaction was open, and is rolled back`,
  total: (limit: LimitTerm): CutNotice =>
    `it lasted ${timeOf(limit)}, the most that rule "${limit.rule}" allows; connect again with a fresh token`,
} as const;

function timeOf({ value }: LimitTerm): string {
  const seconds = Number(value);
  if (seconds % 3_600 === 0) return `${seconds / 3_600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}
