import type { StatementRow } from '#proxy/control/control-plane';
import { listJson, text, textOrNull, whole } from './json-parts.ts';

// Index rows in the spool: whole once in a segment, then only what differs from the one before.

/** What a row has in common with the next of the same statement and decision. */
export interface Repeated {
  readonly row: StatementRow;
  readonly json: string;
}

/** What was written last for a statement, by its list of objects: nearly always it comes again. */
const rows = new WeakMap<object, Repeated>();

/** The same object for rows that differ only in what `ownJson` writes. */
export function repeatedOf(row: StatementRow): Repeated {
  const known = rows.get(row.objects);
  if (known !== undefined && isSameStatement(known.row, row)) return known;
  const made = { row, json: rowRest(row) };
  rows.set(row.objects, made);
  return made;
}

export function rowJson(row: StatementRow): string {
  return `{${ownJson(row)},${repeatedOf(row).json}}`;
}

/** Members that each row has for itself, without braces. */
export function ownJson(row: StatementRow): string {
  return `"sessionId":${text(row.sessionId)},"seq":${whole(row.seq)},"at":${row.at.getTime()},"outcome":"${
    row.outcome
  }","ticket":${textOrNull(row.ticket)},"errorCode":${textOrNull(row.errorCode)},"errorText":${textOrNull(
    row.errorText,
  )},"rows":${whole(row.rows)},"bytesOut":${whole(row.bytesOut)},"maskedFields":${whole(
    row.maskedFields,
  )},"durationUs":${whole(row.durationUs)}`;
}

function isSameStatement(a: StatementRow, b: StatementRow): boolean {
  return (
    a.agentId === b.agentId &&
    a.resourceId === b.resourceId &&
    a.tag === b.tag &&
    a.text === b.text &&
    a.actions === b.actions &&
    a.permissions === b.permissions &&
    a.decision === b.decision &&
    a.policies === b.policies &&
    a.grantIds === b.grantIds &&
    a.factsDigest === b.factsDigest
  );
}

/** What comes again with each run of a statement. */
function rowRest(row: StatementRow): string {
  return `"agentId":${text(row.agentId)},"resourceId":${text(row.resourceId)},"tag":${text(row.tag)},"text":${text(
    row.text,
  )},"actions":${listJson(row.actions)},"objects":${listJson(row.objects)},"permissions":${listJson(
    row.permissions,
  )},"decision":"${row.decision}","policies":${listJson(row.policies)},"grantIds":${listJson(
    row.grantIds,
  )},"factsDigest":${text(row.factsDigest)}`;
}
