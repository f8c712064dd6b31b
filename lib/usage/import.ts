import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Pool, type PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { sessionDeltas, usageDeltas } from './count.ts';
import {
  addToSessions,
  addUsage,
  copyStaged,
  copyStatements,
  enqueueStatements,
  insertFacts,
  insertStaged,
  stage,
} from './import-sql.ts';
import type { StatementBatch, StatementRow } from './model.ts';
import { copyChunks } from './statement-batch.ts';

/** Rows of one transaction: some 5 MB, and locks held for well under a second. */
const rowsMax = 10_000;
const attemptsMax = 5;

export interface Importer {
  /**
   * Writes statements and counts usage. At least once for the caller, exactly once in the counts:
   * a row that is there already counts nothing. Throws when the database can't take it now.
   */
  importStatements(batch: StatementBatch): Promise<{ readonly inserted: number }>;
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
          await ensurePartitions(client, rows, months);
          inserted += await importOnce(client, rows, start === 0 ? batch.facts : []);
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

/** Straight in first; a batch with rows that are there already goes the longer way. */
async function importOnce(
  client: PoolClient,
  rows: readonly StatementRow[],
  facts: StatementBatch['facts'],
): Promise<number> {
  let write = copyStraight;
  for (let attempt = 1; ; attempt += 1) {
    await client.query('BEGIN');
    try {
      if (facts.length > 0) await client.query(insertFacts, [withoutNul(JSON.stringify(facts))]);
      const fresh = rows.length === 0 ? rows : await write(client, rows);
      await count(client, fresh);
      await enqueue(client, fresh);
      await client.query('COMMIT');
      return fresh.length;
    } catch (error) {
      await client.query('ROLLBACK');
      const code = codeOf(error);
      if (code === '23505' && write === copyStraight) {
        write = copyStagedRows;
      } else if ((code === '40P01' || code === '40001') && attempt < attemptsMax) {
        // Two workers that count the same grants may deadlock: one of them goes again.
        await client.query('SELECT pg_sleep(random() * 0.05)');
      } else {
        throw error;
      }
    }
  }
}

async function copyStraight(client: PoolClient, rows: readonly StatementRow[]) {
  await pipeline(Readable.from(copyChunks(rows)), client.query(copyFrom(copyStatements)));
  return rows;
}

async function copyStagedRows(client: PoolClient, rows: readonly StatementRow[]) {
  await client.query(stage);
  await pipeline(Readable.from(copyChunks(rows)), client.query(copyFrom(copyStaged)));
  const inserted = await client.query<{ session_id: string; seq: number }>(insertStaged);
  const fresh = new Set(inserted.rows.map(({ session_id, seq }) => `${session_id} ${seq}`));
  // Deleted when found: a row that stands twice in the batch counts once.
  return rows.filter(({ sessionId, seq }) => fresh.delete(`${sessionId} ${seq}`));
}

async function count(client: PoolClient, rows: readonly StatementRow[]): Promise<void> {
  const usage = usageDeltas(rows);
  if (usage.length > 0) {
    await client.query(addUsage, [
      usage.map((delta) => delta.grantId),
      usage.map((delta) => delta.day),
      usage.map((delta) => storable(delta.action)),
      usage.map((delta) => storable(delta.object)),
      usage.map((delta) => delta.used),
      usage.map((delta) => delta.usedOnlyThis),
      usage.map((delta) => delta.denied),
      usage.map((delta) => delta.pending),
      usage.map((delta) => delta.lastAt),
      usage.map((delta) => delta.lastSessionId),
      usage.map((delta) => delta.lastSeq),
    ]);
  }
  const sessions = sessionDeltas(rows);
  if (sessions.length === 0) return;
  await client.query(addToSessions, [
    sessions.map((delta) => delta.sessionId),
    sessions.map((delta) => delta.statements),
    sessions.map((delta) => delta.allowed),
    sessions.map((delta) => delta.held),
    sessions.map((delta) => delta.denied),
    sessions.map((delta) => delta.rowsOut),
    sessions.map((delta) => delta.bytesOut),
    sessions.map((delta) => delta.maskedFields),
  ]);
}

async function enqueue(client: PoolClient, rows: readonly StatementRow[]): Promise<void> {
  const told = rows.filter(({ decision }) => decision !== 'allow');
  if (told.length === 0) return;
  await client.query(enqueueStatements, [
    told.map(({ decision }) => (decision === 'deny' ? 'statement.denied' : 'statement.held')),
    told.map(({ sessionId }) => storable(sessionId)),
    told.map(({ seq }) => seq),
    told.map(({ at }) => at),
  ]);
}

async function ensurePartitions(
  client: PoolClient,
  rows: readonly StatementRow[],
  months: Set<string>,
): Promise<void> {
  for (const { at } of rows) {
    const month = `${at.getUTCFullYear()}-${at.getUTCMonth() + 1}-01`;
    if (months.has(month)) continue;
    try {
      await client.query('SELECT ensure_statement_partition($1::date)', [month]);
    } catch (error) {
      // Another worker made it at the same moment.
      if (codeOf(error) !== '42P07' && codeOf(error) !== '23505') throw error;
    }
    months.add(month);
  }
}

function storable(text: string): string {
  return text.replaceAll('\0', '\uFFFD');
}

/** jsonb holds no NUL; an even run of backslashes before it is text, not an escape. */
function withoutNul(json: string): string {
  return json.replace(/(?<!\\)((?:\\\\)*)\\u0000/g, '$1\\ufffd');
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null;
}
