import type { ParseError } from '#lib/sql/model';
import { fromServer } from '../codec/types.ts';
import { parse, query, type ReportFields, reportOf } from '../codec/write.ts';
import { probeName } from './probe.ts';

// To refuse inside a transaction or pipeline, the target gets a text that can't parse in the
// statement's place, and its error is rewritten: transaction status and discard-until-Sync are its own.

const unparsable = ') refused by the gateway (';

export const replacedQuery: Buffer = query(unparsable);
/** Under the gateway's own name, so that the unnamed statement stays what it was. */
export const replacedParse: Buffer = parse(probeName, unparsable);

/** What the agent reads in place of the target's syntax error. */
export function rewritten(refusal: ReportFields & { readonly position?: number | null }): Buffer {
  const fields = new Map<string, string>([
    ['S', refusal.severity],
    ['V', refusal.severity],
    ['C', refusal.code],
    ['M', refusal.message],
  ]);
  if (refusal.detail !== undefined) fields.set('D', refusal.detail);
  if (refusal.hint !== undefined) fields.set('H', refusal.hint);
  if (refusal.position != null) fields.set('P', String(refusal.position));
  return reportOf(fromServer.error, fields);
}

export type Refusal = ReportFields & { readonly position?: number | null };

export function refusalOfFault(fault: ParseError): Refusal {
  return {
    severity: 'ERROR',
    code: fault.sqlState,
    message: fault.message,
    hint: fault.hint ?? undefined,
    position: fault.position,
  };
}

/** What Postgres itself says in these cases. */
export const serverWords = {
  /** States of unknown statements and cursors: drivers look for them, so nothing is added. */
  noNames: new Set(['26000', '34000']),
  aborted: {
    severity: 'ERROR',
    code: '25P02',
    message: 'current transaction is aborted, commands ignored until end of transaction block',
  } satisfies Refusal as Refusal,
  severalCommands: {
    severity: 'ERROR',
    code: '42601',
    message: 'cannot insert multiple commands into a prepared statement',
  },
  noStatement: (name: string): Refusal => ({
    severity: 'ERROR',
    code: '26000',
    message:
      name === ''
        ? 'unnamed prepared statement does not exist'
        : `prepared statement "${name}" does not exist`,
  }),
  noPortal: (name: string): Refusal => ({
    severity: 'ERROR',
    code: '34000',
    message: `portal "${name}" does not exist`,
  }),
} as const;

export const reservedName = (name: string): Refusal => ({
  severity: 'ERROR',
  code: '42939',
  message: `The name "${name}" is the gateway's own. Choose another one.`,
});
