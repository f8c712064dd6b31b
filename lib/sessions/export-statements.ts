import type { Context } from '#lib/auth/context';
import { csvLine } from '#lib/core/csv';
import { parseInput } from '#lib/core/input';
import { encodeCursor } from '#lib/core/page';
import { recordExport } from '#lib/ledger/index';
import { statementEvent } from '#lib/ocsf/index';
import { findStatements } from './list-statements.ts';
import type { StatementEntry } from './model.ts';
import { type StatementExport, statementExport } from './schema.ts';
import type { WantedStatements } from './statement-conditions.ts';
import { statementEntries } from './statement-entries.ts';

/** More than a person reads; whoever wants more takes the time in pieces. */
export const exportRowsMax = 1_000_000;
const pageRows = 500;

export interface ExportedStatements {
  readonly mediaType: string;
  readonly extension: 'csv' | 'jsonl';
  /** Some hundred statements a piece; nothing more is in memory. */
  readonly body: AsyncIterable<string>;
}

/**
 * Statements of one session or of a search, the same that a page would show to this person, as CSV
 * or as one OCSF event a line. The entry that says so is written before the first byte.
 */
export async function exportStatements(
  context: Context,
  input: StatementExport,
): Promise<ExportedStatements> {
  const { format, filter } = parseInput(statementExport, input);
  const { cursor: _cursor, limit: _limit, ...asked } = filter;
  const wanted = { ...asked, to: asked.to ?? context.clock.now(), limit: pageRows };
  // Refuses what may not be asked before anything is written.
  const first = await findStatements(context, wanted, pageRows);
  await recordExport(context, { what: 'statements', format, filter: { ...asked, to: wanted.to } });
  return format === 'csv'
    ? { mediaType: 'text/csv; charset=utf-8', extension: 'csv', body: csvOf(pages(context, wanted, first)) }
    : {
        mediaType: 'application/x-ndjson',
        extension: 'jsonl',
        body: eventsOf(context, pages(context, wanted, first)),
      };
}

async function* pages(
  context: Context,
  wanted: WantedStatements,
  first: Awaited<ReturnType<typeof findStatements>>,
): AsyncGenerator<readonly StatementEntry[]> {
  let found = first;
  for (let rows = 0; found.length > 0 && rows < exportRowsMax; ) {
    yield await statementEntries(context.db, found);
    rows += found.length;
    const last = found.at(-1);
    if (found.length < pageRows || last === undefined) return;
    const cursor = encodeCursor([last.at.toISOString(), last.session_id, String(last.seq)]);
    found = await findStatements(context, { ...wanted, cursor }, pageRows);
  }
}

const columns: readonly (readonly [
  name: string,
  of: (row: StatementEntry) => Parameters<typeof csvLine>[0][number],
])[] = [
  ['at', (row) => row.at],
  ['session_id', (row) => row.sessionId],
  ['seq', (row) => row.seq],
  ['agent', (row) => row.agent.name],
  ['resource', (row) => row.resource.name],
  ['tag', (row) => row.tag],
  ['text', (row) => row.text],
  ['actions', (row) => row.actions.join('; ')],
  ['objects', (row) => row.objects.join('; ')],
  ['decision', (row) => row.decision],
  ['outcome', (row) => row.outcome],
  ['policies', (row) => row.policies.join('; ')],
  ['grants', (row) => row.grantIds.join('; ')],
  ['ticket', (row) => row.ticket],
  ['error_code', (row) => row.error?.code],
  ['rows', (row) => row.rows],
  ['bytes_out', (row) => row.bytesOut],
  ['masked_fields', (row) => row.maskedFields],
  ['duration_us', (row) => row.durationUs],
];

/** With a byte order mark: spreadsheets take the file for their own code page without one. */
async function* csvOf(of: AsyncIterable<readonly StatementEntry[]>): AsyncGenerator<string> {
  yield `\ufeff${csvLine(columns.map(([name]) => name))}`;
  for await (const rows of of)
    yield rows.map((row) => csvLine(columns.map(([, value]) => value(row)))).join('');
}

async function* eventsOf(
  { db }: Context,
  of: AsyncIterable<readonly StatementEntry[]>,
): AsyncGenerator<string> {
  for await (const rows of of) {
    const sessions = await db.session.findMany({
      where: { id: { in: [...new Set(rows.map(({ sessionId }) => sessionId))] } },
      select: { id: true, clientAddress: true },
    });
    const addresses = new Map(sessions.map(({ id, clientAddress }) => [id, clientAddress]));
    yield rows
      .map((row) => {
        const clientAddress = addresses.get(row.sessionId) ?? null;
        return `${JSON.stringify(statementEvent({ ...row, clientAddress }))}\n`;
      })
      .join('');
  }
}
