import type { Context } from '#lib/auth/context';
import { requirePerson } from '#lib/auth/require-kind';
import type { Json } from '#lib/core/canonical-json';
import { conflict, invalid } from '#lib/core/errors';
import { newId } from '#lib/core/ids';
import { parseInput } from '#lib/core/input';
import type { Tx } from '#lib/db/client';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { refreshState } from './item-state.ts';
import { grantMoved } from './live-grant.ts';
import type { GrantTermsView, ItemChoice } from './model.ts';
import type { ReplaySummary } from './reduction/model.ts';
import { replay } from './reduction/replay.ts';
import type { DecisionResult } from './results.ts';
import { reasonNeeded } from './rules.ts';
import { decideInput } from './schema.ts';
import { type LockedItem, lockItem, requireStanding } from './standing.ts';
import { takeAway } from './take-away.ts';

export interface DecideItem {
  readonly itemId: string;
  readonly choice: ItemChoice;
  readonly reason?: string | undefined;
  /** For reduce: the smaller grant. */
  readonly reducedTo?: Pick<GrantTermsView, 'actions' | 'scope'> | undefined;
  readonly dwellMs?: number | undefined;
  /** What was opened before deciding: permissions, sessions, the replay. */
  readonly evidenceOpened?: readonly string[] | undefined;
}

type Parsed = ReturnType<typeof parseDecision>;

/**
 * Answers an item. A new answer supersedes the person's old one and leaves it standing; reduce and
 * revoke act at the gateway in the same transaction and can't be taken back here.
 */
export async function decideItem(context: Context, input: DecideItem): Promise<DecisionResult> {
  requirePerson(context.actor);
  const decision = parseDecision(input);
  const proof = decision.reducedTo
    ? await replay(context, { itemId: decision.itemId, terms: decision.reducedTo })
    : null;
  const replayed = proof && summaryOf(proof);
  return transaction(context.db, async (tx) => {
    const item = await lockItem(tx, decision.itemId);
    const duty = await requireStanding(tx, context, item);
    requireDecidable(item, decision, replayed);
    const now = context.clock.now();
    const decisionId = await record(tx, context, decision, replayed);
    const removalId = await removalFor(tx, context, item, decision);
    const state = await refreshState(tx, item.id, now);
    await appendEntry(tx, {
      actor: context.actor,
      action: 'item.decided',
      subject: { kind: 'item', id: item.id },
      summary: `${context.actor.name} decided ${words[decision.choice]}: ${item.sentence}`,
      payload: {
        campaignId: item.campaignId,
        decisionId,
        duty,
        choice: decision.choice,
        reason: decision.reason ?? null,
        reducedTo: (decision.reducedTo ?? null) as Json,
        replay: replayed as Json,
        dwellMs: decision.dwellMs ?? null,
        evidenceOpened: decision.evidenceOpened?.length ?? 0,
        removalId,
        state,
      },
      at: now,
    });
    await notify(tx, { kind: 'campaign', id: item.campaignId });
    return { itemId: item.id, decisionId, state, removalId };
  });
}

const words: Record<ItemChoice, string> = {
  approve: 'to keep it',
  reduce: 'to reduce it',
  revoke: 'to revoke it',
  dont_know: 'that they don’t know',
};

function parseDecision(input: DecideItem) {
  const decision = parseInput(decideInput, input);
  if ((decision.choice === 'reduce') !== (decision.reducedTo !== undefined)) {
    throw invalid('To reduce, name the smaller grant; for every other answer leave it out.');
  }
  return decision;
}

function requireDecidable(item: LockedItem, decision: Parsed, replayed: ReplaySummary | null): void {
  const moved = grantMoved(item.state);
  if (moved !== null) throw conflict(moved);
  if (item.state === 'reduced' && decision.choice !== 'revoke') {
    throw conflict(
      'The grant was reduced by this review. It can still be revoked; to widen it again, ask an admin.',
    );
  }
  const why = reasonNeeded(decision.choice, item) ?? whyReplay(replayed);
  if (why !== null && !decision.reason) throw invalid(why, [{ at: 'reason', message: why }]);
}

function whyReplay(replayed: ReplaySummary | null): string | null {
  if (!replayed || replayed.refused === 0) return null;
  return `${replayed.refused} recorded statements would have been refused; reducing all the same needs a reason.`;
}

function summaryOf({ statements, distinct, refused, unknown }: ReplaySummary): ReplaySummary {
  return { statements, distinct, refused, unknown };
}

async function record(
  tx: Tx,
  context: Context,
  decision: Parsed,
  replayed: ReplaySummary | null,
): Promise<string> {
  const person = requirePerson(context.actor);
  const now = context.clock.now();
  const [before] = await tx.$queryRaw<{ id: string }[]>`
    SELECT d.id FROM item_decision d WHERE d.item_id = ${decision.itemId} AND d.person_id = ${person.id}
      AND NOT EXISTS (SELECT 1 FROM item_decision n WHERE n.supersedes_id = d.id AND n.item_id = d.item_id)`;
  const id = newId('decision', now);
  await tx.itemDecision.create({
    data: {
      id,
      itemId: decision.itemId,
      personId: person.id,
      decision: decision.choice,
      reason: decision.reason || null,
      ...(decision.reducedTo ? { reducedTo: { ...decision.reducedTo, endsAt: null } } : {}),
      ...(replayed ? { replay: { ...replayed } } : {}),
      dwellMs: decision.dwellMs ?? null,
      evidenceOpened: decision.evidenceOpened ?? [],
      supersedesId: before?.id ?? null,
      at: now,
    },
  });
  return id;
}

async function removalFor(
  tx: Tx,
  context: Context,
  item: LockedItem,
  decision: Parsed,
): Promise<string | null> {
  const reason = decision.reason || `decided in the review of ${item.sentence}`;
  if (decision.choice === 'revoke') return takeAway(tx, context, item, { choice: 'revoke', reason });
  if (decision.choice !== 'reduce' || !decision.reducedTo) return null;
  return takeAway(tx, context, item, { choice: 'reduce', reason, to: decision.reducedTo });
}
