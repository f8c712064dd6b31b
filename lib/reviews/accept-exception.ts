import type { Context } from '#lib/auth/context';
import { requirePerson } from '#lib/auth/require-kind';
import { may, requirePermission } from '#lib/auth/require-permission';
import { conflict, invalid, notFound } from '#lib/core/errors';
import { newId } from '#lib/core/ids';
import { parseInput } from '#lib/core/input';
import type { Tx } from '#lib/db/client';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { refreshState } from './item-state.ts';
import type { CampaignState, GrantSnapshot } from './model.ts';
import { termsOf } from './plan.ts';
import { populationOf } from './population.ts';
import { whyClosed } from './rules.ts';
import { exceptionInput } from './schema.ts';
import { sentenceOf } from './sentence.ts';
import { lockItem, requireIndependent } from './standing.ts';

export interface AcceptException {
  readonly campaignId: string;
  /** One of the two: before launch there are no items. */
  readonly itemId?: string | undefined;
  readonly grantId?: string | undefined;
  readonly reason: string;
  readonly endsAt: Date;
}

/**
 * Accepts a deviation with an end and a reason: a conflict before launch, an item that nobody can
 * decide, or a removal that waits. By who runs campaigns or is the item's security reviewer, and is
 * independent of the grant; who accepts one can't sign the campaign.
 */
export async function acceptException(context: Context, input: AcceptException): Promise<{ id: string }> {
  const exception = parseInput(exceptionInput, input);
  const person = requirePerson(context.actor);
  const now = context.clock.now();
  if (exception.endsAt <= now) throw invalid('An exception ends in the future.');
  return transaction(context.db, async (tx) => {
    const { campaignId, itemId, reason, endsAt } = exception;
    const subject = itemId
      ? await itemSubject(tx, context, campaignId, itemId)
      : await grantSubject(tx, context, campaignId, exception.grantId ?? '');
    await requireIndependent(tx, person.id, subject, 'You');
    const id = newId('exception', now);
    await tx.reviewException.create({
      data: {
        id,
        campaignId,
        itemId: itemId ?? null,
        grantId: subject.grantId,
        reason,
        endsAt,
        approvedById: person.id,
        createdAt: now,
      },
    });
    if (itemId) await refreshState(tx, itemId, now);
    await appendEntry(tx, {
      actor: context.actor,
      action: 'exception.accepted',
      subject: { kind: 'campaign', id: campaignId },
      summary: `${person.name} accepted an exception until ${endsAt.toISOString().slice(0, 10)}: ${subject.sentence}`,
      payload: {
        exceptionId: id,
        itemId: itemId ?? null,
        grantId: subject.grantId,
        reason,
        endsAt: endsAt.toISOString(),
      },
      at: now,
    });
    await notify(tx, { kind: 'campaign', id: campaignId });
    return { id };
  });
}

interface Subject {
  readonly grantId: string;
  readonly grant: GrantSnapshot;
  readonly sentence: string;
}

async function itemSubject(tx: Tx, context: Context, campaignId: string, itemId: string): Promise<Subject> {
  const item = await lockItem(tx, itemId);
  if (item.campaignId !== campaignId) throw notFound('There is no such item in this campaign.');
  const { actor } = context;
  if (!may(actor, 'campaign.run')) {
    const own = await tx.itemReviewer.count({
      where: { itemId, personId: requirePerson(actor).id, duty: 'security', endedAt: null },
    });
    requirePermission(actor, 'item.decide', { assigned: own > 0 });
  }
  return item;
}

async function grantSubject(tx: Tx, context: Context, campaignId: string, grantId: string): Promise<Subject> {
  requirePermission(context.actor, 'campaign.run');
  const [locked] = await tx.$queryRaw<{ state: CampaignState }[]>`
    SELECT state FROM campaign WHERE id = ${campaignId} FOR SHARE`;
  if (!locked) throw notFound('There is no such campaign.');
  if (locked.state === 'open') throw conflict('The campaign is launched: name the item, not the grant.');
  const closed = locked.state === 'draft' ? null : whyClosed(locked.state);
  if (closed !== null) throw conflict(closed);
  const row = await tx.campaign.findUniqueOrThrow({ where: { id: campaignId } });
  const population = await populationOf(tx, termsOf(row).scope, context.clock.now());
  const grant = population.find((one) => one.id === grantId);
  if (!grant) throw notFound('That grant is not in the scope of this campaign.');
  return { grantId, grant, sentence: sentenceOf(grant) };
}
