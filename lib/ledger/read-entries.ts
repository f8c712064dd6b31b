import type { Tx } from '#lib/db/client';
import type { ReplayedEntry } from './replay-tree.ts';

/** Entries in one page: a few megabytes at most. */
const pageRows = 2_000;

export interface StoredEntry extends ReplayedEntry {
  readonly position: number;
  readonly leaf: Buffer;
}

type Row = readonly [
  position: number,
  leaf: string,
  id: string,
  at: string,
  actorKind: string,
  actorId: string | null,
  actorName: string,
  action: string,
  subjectKind: string,
  subjectId: string,
  summary: string,
  payload: unknown,
  salt: string,
  payloadHash: string,
];

/**
 * Sequenced entries in the tree's order, in pages, up to `size` of them. A page comes as one JSON
 * text: a million rows are read five times faster than row by row.
 */
export async function* readEntries(
  tx: Tx,
  size: number = Number.MAX_SAFE_INTEGER,
): AsyncGenerator<StoredEntry[]> {
  for (let next = 0; next < size; ) {
    const until = Math.min(next + pageRows, size);
    const rows = await readPage(tx, next, until);
    if (rows.length > 0) yield rows.map(entryOf);
    if (rows.length < until - next && !(await anyFrom(tx, until))) return;
    next = until;
  }
}

async function readPage(tx: Tx, from: number, until: number): Promise<readonly Row[]> {
  const [page] = await tx.$queryRaw<{ rows: string | null }[]>`
    SELECT json_agg(json_build_array(
      l.position, encode(l.hash, 'hex'), e.id,
      to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      e.actor_kind, e.actor_id, e.actor_name, e.action, e.subject_kind, e.subject_id, e.summary,
      e.payload, encode(e.salt, 'hex'), encode(e.payload_hash, 'hex')
    ) ORDER BY l.position)::text AS rows
    FROM ledger_leaf l JOIN ledger_entry e ON e.id = l.entry_id
    WHERE l.position >= ${BigInt(from)} AND l.position < ${BigInt(until)}`;
  return JSON.parse(page?.rows ?? '[]') as Row[];
}

/** A hole in the positions is a fault that the reader finds, not the end. */
async function anyFrom(tx: Tx, position: number): Promise<boolean> {
  const [more] = await tx.$queryRaw<{ position: bigint }[]>`
    SELECT position FROM ledger_leaf WHERE position >= ${BigInt(position)} ORDER BY position LIMIT 1`;
  return more !== undefined;
}

function entryOf(row: Row): StoredEntry {
  const [position, leaf, id, at, actorKind, actorId, actorName, action, subjectKind, subjectId, ...rest] =
    row;
  const [summary, payload, salt, payloadHash] = rest;
  return {
    position,
    leaf: Buffer.from(leaf, 'hex'),
    id,
    at: new Date(at),
    actorKind,
    actorId,
    actorName,
    action,
    subjectKind,
    subjectId,
    summary,
    payload,
    salt: Buffer.from(salt, 'hex'),
    payloadHash: Buffer.from(payloadHash, 'hex'),
  };
}
