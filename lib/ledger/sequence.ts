import type { Db, Tx } from '#lib/db/client';
import { transaction } from '#lib/db/transaction';
import { type Envelope, envelopeLeaf } from './envelope.ts';
import type { Node } from './merkle.ts';
import { loadFrontier, treeSize } from './tree-store.ts';

/** One sequencer at a time, whoever runs it. */
const sequencerLock = 7_309_113;
/** Entries that get their place in one transaction. */
const batchMax = 2_000;

export interface Sequenced {
  /** Entries that got their place now. */
  readonly sequenced: number;
  /** Entries in the tree. */
  readonly size: number;
}

/**
 * Gives entries that have none their place in the tree, oldest first, in batches. Without `wait` it
 * leaves at once when another sequencer is at work; with it, it comes after that one: whatever was
 * committed before the call has its place when it returns.
 */
export async function sequenceEntries(db: Db, options: { readonly wait?: boolean } = {}): Promise<Sequenced> {
  for (let sequenced = 0; ; ) {
    const batch = await transaction(db, (tx) => sequenceBatch(tx, options.wait ?? false));
    sequenced += batch.sequenced;
    if (batch.sequenced < batchMax) return { sequenced, size: batch.size };
  }
}

/** Takes the sequencer's lock until the transaction ends. */
export async function takeSequencerLock(tx: Tx, wait: boolean): Promise<boolean> {
  if (wait) {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${sequencerLock}::bigint)`;
    return true;
  }
  const [row] = await tx.$queryRaw<{ locked: boolean }[]>`
    SELECT pg_try_advisory_xact_lock(${sequencerLock}::bigint) AS locked`;
  return row?.locked === true;
}

async function sequenceBatch(tx: Tx, wait: boolean): Promise<Sequenced> {
  const locked = await takeSequencerLock(tx, wait);
  const size = await treeSize(tx);
  if (!locked) return { sequenced: 0, size };
  const entries = await tx.$queryRaw<Envelope[]>`
    SELECT e.id, e.at, e.actor_kind AS "actorKind", e.actor_id AS "actorId", e.actor_name AS "actorName",
      e.action, e.subject_kind AS "subjectKind", e.subject_id AS "subjectId", e.summary,
      e.payload_hash AS "payloadHash"
    FROM ledger_unsequenced u JOIN ledger_entry e ON e.id = u.entry_id
    ORDER BY e.at, e.id LIMIT ${batchMax}`;
  if (entries.length === 0) return { sequenced: 0, size };
  const frontier = await loadFrontier(tx, size);
  const nodes: Node[] = [];
  const leaves = entries.map((entry) => {
    const hash = envelopeLeaf(entry);
    nodes.push(...frontier.append(hash));
    return hash.toString('hex');
  });
  await tx.$executeRaw`
    INSERT INTO ledger_leaf (position, entry_id, hash)
    SELECT ${BigInt(size)}::bigint + place - 1, entry_id, decode(hash, 'hex')
    FROM unnest(${entries.map((entry) => entry.id)}::text[], ${leaves}::text[])
      WITH ORDINALITY AS placed(entry_id, hash, place)`;
  await tx.$executeRaw`
    INSERT INTO ledger_node (level, index, hash)
    SELECT level, index, decode(hash, 'hex')
    FROM unnest(
      ${nodes.map((node) => node.level)}::int[],
      ${nodes.map((node) => BigInt(node.index))}::bigint[],
      ${nodes.map((node) => node.hash.toString('hex'))}::text[]
    ) AS finished(level, index, hash)`;
  await tx.$executeRaw`
    DELETE FROM ledger_unsequenced WHERE entry_id = ANY(${entries.map((entry) => entry.id)}::text[])`;
  return { sequenced: entries.length, size: frontier.size };
}
