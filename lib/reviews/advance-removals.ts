import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { workerGoneMs } from '#lib/core/limits';
import type { Tx } from '#lib/db/client';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { importedStep, readImported } from './connectors/reread-imported.ts';
import type { RemovalProof, RemovalState } from './model.ts';
import { counted } from './sentence.ts';

interface Candidate {
  id: string;
  item_id: string;
  campaign_id: string;
  sentence: string;
  grant_id: string;
  new_grant_id: string | null;
  state: RemovalState;
  grant_state: string;
  new_grant_state: string | null;
  /** An active grant that gives the same again: the grant itself, or a re-grant in its place. */
  again: string | null;
  cut_id: string | null;
  /** Workers that were told to cut, and have neither confirmed nor gone. */
  waiting: number;
  confirmed: number;
  ended: number;
}

/**
 * Re-reads what was removed and moves each as far as it is proven: accepted → absent on re-read once
 * the grant is gone and every worker confirmed the cut; ineffective when the access is there again,
 * also after the sign-off, and absent when it has gone again. What was imported is proven by a later
 * reading of its source. Returns how many moved. Actor: job, or who may run campaigns.
 */
export async function advanceRemovals(context: Context, batchMax = 500): Promise<number> {
  const { actor } = context;
  if (actor.kind !== 'job' && actor.kind !== 'sandbox') requirePermission(actor, 'campaign.run');
  return transaction(context.db, async (tx) => {
    const candidates = await reread(tx, batchMax);
    const steps = [
      ...candidates.map((one) => ({ removal: one, step: nextStep(one) })),
      ...(await readImported(tx, batchMax)).map((one) => ({ removal: one, step: importedStep(one) })),
    ];
    let moved = 0;
    for (const { removal, step } of steps) {
      if (step === null) continue;
      await advance(tx, context, removal, step);
      moved += 1;
    }
    return moved;
  });
}

async function reread(tx: Tx, batchMax: number): Promise<Candidate[]> {
  return tx.$queryRaw<Candidate[]>`
    SELECT m.id, m.item_id, i.campaign_id, i.sentence, m.grant_id, m.new_grant_id, m.state,
      g.state AS grant_state, n.state AS new_grant_state, again.id AS again, c.id AS cut_id,
      coalesce((SELECT count(*) FROM worker w WHERE w.id = ANY (c.workers) AND w.stopped_at IS NULL
        AND w.heartbeat_at > now() - make_interval(secs => ${workerGoneMs / 1000})
        AND NOT EXISTS (SELECT 1 FROM cut_confirmation f WHERE f.cut_id = c.id AND f.worker_id = w.id)), 0)::int AS waiting,
      (SELECT count(*) FROM cut_confirmation f WHERE f.cut_id = c.id)::int AS confirmed,
      (SELECT coalesce(sum(f.sessions_ended), 0) FROM cut_confirmation f WHERE f.cut_id = c.id)::int AS ended
    FROM removal m
    JOIN campaign_item i ON i.id = m.item_id
    JOIN access_grant g ON g.id = m.grant_id
    LEFT JOIN access_grant n ON n.id = m.new_grant_id
    LEFT JOIN LATERAL (
      SELECT a.id FROM access_grant a
      WHERE a.state = 'active' AND a.id IS DISTINCT FROM m.new_grant_id
        AND (a.id = m.grant_id OR a.replaces_id = m.grant_id)
      ORDER BY a.id LIMIT 1) again ON true
    LEFT JOIN LATERAL (
      SELECT k.id, k.workers FROM cut k WHERE k.subject_kind = 'grant' AND k.subject_id = m.grant_id
      ORDER BY k.created_at DESC LIMIT 1) c ON true
    WHERE g.source = 'countersign' AND (m.state IN ('requested', 'accepted')
      OR (m.state = 'absent_on_reread' AND again.id IS NOT NULL)
      OR (m.state = 'ineffective' AND again.id IS NULL))
    ORDER BY m.due_at, m.id LIMIT ${batchMax} FOR UPDATE OF m SKIP LOCKED`;
}

type Step = Omit<RemovalProof, 'at'>;

/** Pure: what the re-read proves; null: nothing new. */
export function nextStep(seen: Omit<Candidate, 'item_id' | 'campaign_id' | 'sentence' | 'id'>): Step | null {
  const data = {
    grantState: seen.grant_state,
    cutId: seen.cut_id,
    workersConfirmed: seen.confirmed,
    sessionsEnded: seen.ended,
  };
  const stillThere = seen.again !== null && seen.state !== 'requested';
  if (stillThere) {
    if (seen.state === 'ineffective') return null;
    const sentence = 'Read again: an active grant gives the same access.';
    return { state: 'ineffective', sentence, data: { ...data, grantId: seen.again } };
  }
  if (seen.grant_state === 'active') return null;
  if (seen.state === 'requested') {
    return { state: 'accepted', sentence: `Read again: the grant is ${seen.grant_state}.`, data };
  }
  if (seen.waiting > 0) return null;
  const smaller = seen.new_grant_id ? ` The smaller grant is ${seen.new_grant_state ?? 'gone'}.` : '';
  const cut = seen.cut_id ? cutSentence(seen.confirmed, seen.ended) : '';
  return {
    state: 'absent_on_reread',
    sentence: `Read again: the grant is ${seen.grant_state}.${smaller}${cut}`,
    data,
  };
}

function cutSentence(confirmed: number, ended: number): string {
  if (confirmed === 0) return ' No gateway worker was at work that had to cut a session.';
  return ` ${counted(confirmed, 'gateway worker')} confirmed the cut, ${counted(ended, 'session')} ended.`;
}

type Advancing = Pick<Candidate, 'id' | 'item_id' | 'campaign_id' | 'sentence' | 'grant_id'>;

async function advance(tx: Tx, context: Context, candidate: Advancing, step: Step): Promise<void> {
  const now = context.clock.now();
  const proof: RemovalProof = { ...step, at: now.toISOString() };
  await tx.$executeRaw`
    UPDATE removal SET state = ${step.state}, updated_at = ${now},
      proofs = proofs || ${JSON.stringify([proof])}::jsonb
    WHERE id = ${candidate.id}`;
  await appendEntry(tx, {
    actor: context.actor,
    action: 'removal.advanced',
    subject: { kind: 'removal', id: candidate.id },
    summary: `Removal ${step.state.replaceAll('_', ' ')}: ${candidate.sentence}`,
    payload: { itemId: candidate.item_id, grantId: candidate.grant_id, proof: { ...proof } },
    at: now,
  });
  await notify(tx, { kind: 'campaign', id: candidate.campaign_id });
}
