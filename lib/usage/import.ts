import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Pool, type PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { insertAndCount, insertFacts, stage } from './import-sql.ts';
import { copyColumns, copyLine, type ImportBatch, type ImportedStatement } from './statement-batch.ts';

/** Rows of one transaction: some 5 MB, and locks held for well under a second. */
const rowsMax = 10_000;
const linesPerChunk = 500;
const attemptsMax = 5;

export interface Importer {
  /**
   * Writes statements and counts usage. At least once for the caller, exactly once in the counts:
   * a row that is there already counts nothing. Throws when the database can't take it now.
   */
  importStatements(batch: ImportBatch): Promise<{ readonly inserted: number }>;
  close(): Promise<void>;
}

/** By COPY through `pg`: Prisma writes a tenth as many rows a second. */
export function openImporter(url: string, connectionsMax = 2): Importer {
  const pool = new Pool({
    connectionString: url,
    max: connectionsMax,
    application_name: 'countersign-importer',
  });
  // An idle connection that breaks is replaced at the next call.
  pool.on('error', () => {});
  const months = new Set<string>();

  return {
    async importStatements(batch) {
      let inserted = 0;
      const client = await pool.connect();
      let broken = true;
      try {
        for (let start = 0; start < Math.max(batch.rows.length, 1); start += rowsMax) {
          const rows = batch.rows.slice(start, start + rowsMax);
          const facts = start === 0 ? batch.facts : [];
          inserted += await withRetry(client, () => importOnce(client, rows, facts, months));
        }
        broken = false;
      } finally {
        client.release(broken);
      }
      return { inserted };
    },
    close: () => pool.end(),
  };
}

async function importOnce(
  client: PoolClient,
  rows: readonly ImportedStatement[],
  facts: ImportBatch['facts'],
  months: Set<string>,
): Promise<number> {
  for (const month of new Set(rows.map(({ at }) => at.toISOString().slice(0, 7)))) {
    if (months.has(month)) continue;
    await ensurePartition(client, `${month}-01`);
    months.add(month);
  }
  await client.query('BEGIN');
  try {
    if (facts.length > 0) await client.query(insertFacts, [withoutNul(JSON.stringify(facts))]);
    let inserted = 0;
    if (rows.length > 0) {
      await client.query(stage);
      const copy = client.query(copyFrom(`COPY staged_statement (${copyColumns.join(', ')}) FROM STDIN`));
      await pipeline(Readable.from(chunksOf(rows)), copy);
      const result = await client.query<{ inserted: number }>(insertAndCount);
      inserted = result.rows[0]?.inserted ?? 0;
    }
    await client.query('COMMIT');
    return inserted;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

async function ensurePartition(client: PoolClient, firstDay: string): Promise<void> {
  try {
    await client.query('SELECT ensure_statement_partition($1::date)', [firstDay]);
  } catch (error) {
    // Another worker made it at the same moment.
    if (codeOf(error) !== '42P07' && codeOf(error) !== '23505') throw error;
  }
}

/** jsonb holds no NUL; an even run of backslashes before it is text, not an escape. */
function withoutNul(json: string): string {
  return json.replace(/(?<!\\)((?:\\\\)*)\\u0000/g, '$1\\ufffd');
}

function* chunksOf(rows: readonly ImportedStatement[]): Generator<Buffer> {
  for (let start = 0; start < rows.length; start += linesPerChunk) {
    let text = '';
    for (const row of rows.slice(start, start + linesPerChunk)) text += copyLine(row);
    yield Buffer.from(text, 'utf8');
  }
}

/** Two workers that count the same grants may deadlock: one of them goes again. */
async function withRetry<Result>(client: PoolClient, work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const code = codeOf(error);
      if ((code !== '40P01' && code !== '40001') || attempt >= attemptsMax) throw error;
      await client.query('SELECT pg_sleep(random() * 0.05)');
    }
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null;
}
