import type { StatementRow } from './model.ts';

/** Columns of the table `statement`, in the order in which `copyLine` writes them. */
export const copyColumns = [
  ...['session_id', 'seq', 'at', 'agent_id', 'resource_id', 'tag', 'text', 'actions', 'objects'],
  ...['decision', 'outcome', 'policies', 'grant_ids', 'ticket', 'error_code', 'error_text'],
  ...['rows', 'bytes_out', 'masked_fields', 'duration_us', 'facts_digest'],
] as const;

const linesPerChunk = 500;

/** The rows in COPY's text format, in pieces of some hundred kilobytes. */
export function* copyChunks(rows: readonly StatementRow[]): Generator<Buffer> {
  for (let start = 0; start < rows.length; start += linesPerChunk) {
    let text = '';
    for (const row of rows.slice(start, start + linesPerChunk)) text += copyLine(row);
    yield Buffer.from(text, 'utf8');
  }
}

function copyLine(row: StatementRow): string {
  return (
    `${escaped(row.sessionId)}\t${row.seq}\t${row.at.toISOString()}\t${escaped(row.agentId)}\t` +
    `${escaped(row.resourceId)}\t${escaped(row.tag)}\t${escaped(row.text)}\t${list(row.actions)}\t` +
    `${list(row.objects)}\t${row.decision}\t${row.outcome}\t${list(row.policies)}\t${list(row.grantIds)}\t` +
    `${optional(row.ticket)}\t${optional(row.errorCode)}\t${optional(row.errorText)}\t${row.rows}\t` +
    `${row.bytesOut}\t${row.maskedFields}\t${Math.round(row.durationUs)}\t${optional(row.factsDigest)}\n`
  );
}

function optional(value: string | null): string {
  return value === null || value === '' ? '\\N' : escaped(value);
}

const special = /[\\\n\r\t\0]/;

/** COPY's own escapes; NUL can't stand in a Postgres text and becomes U+FFFD. */
function escaped(value: string): string {
  if (!special.test(value)) return value;
  return value
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replaceAll('\0', '\uFFFD');
}

/** Anything else stands in quotes; an unquoted NULL would be no text at all. */
const plainItem = /^(?!null$)[\w.:$@/-]+$/i;

function list(values: readonly string[]): string {
  let text = '';
  for (const value of values) {
    const item = plainItem.test(value)
      ? value
      : escaped(`"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`);
    text = text === '' ? item : `${text},${item}`;
  }
  return `{${text}}`;
}
