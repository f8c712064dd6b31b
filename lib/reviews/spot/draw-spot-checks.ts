import { randomBytes } from 'node:crypto';
import { actorId } from '#lib/auth/actor';
import type { Context } from '#lib/auth/context';
import { requireKind } from '#lib/auth/require-kind';
import { requirePermission } from '#lib/auth/require-permission';
import { conflict, notFound } from '#lib/core/errors';
import { newId } from '#lib/core/ids';
import { parseInput } from '#lib/core/input';
import type { Tx } from '#lib/db/client';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import type { CampaignState } from '../model.ts';
import { whyClosed } from '../rules.ts';
import { campaignInput } from '../schema.ts';
import { counted } from '../sentence.ts';
import { checkersFor } from './checkers.ts';
import { drawnOf, spotShareOf } from './draw.ts';

export interface Drawn {
  readonly drawId: string;
  readonly keeps: number;
  readonly drawn: number;
  /** Of these, the ones for which nobody independent was found. */
  readonly withoutChecker: number;
}

/**
 * Draws the kept items that a second person looks at, once everything is decided, and gives each to
 * somebody independent. What was in a draw is in no other: nobody can draw until it suits. What is kept
 * later is drawn from on its own. By who runs campaigns, or a job.
 */
export async function drawSpotChecks(
  context: Context,
  input: { readonly campaignId: string },
): Promise<Drawn> {
  const { actor } = context;
  if (actor.kind === 'person') requirePermission(actor, 'campaign.run');
  else requireKind(actor, 'job');
  const { campaignId } = parseInput(campaignInput, input);
  return transaction(context.db, async (tx) => {
    const { keeps, share } = await lockForDraw(tx, campaignId);
    const seed = randomBytes(32).toString('hex');
    const chosen = drawnOf(seed, keeps, share);
    const now = context.clock.now();
    const drawId = newId('spotDraw', now);
    await tx.spotDraw.create({
      data: {
        id: drawId,
        campaignId,
        seed,
        share,
        keeps: keeps.length,
        drawn: chosen.size,
        drawnById: actorId(actor),
        drawnByKind: actor.kind,
        at: now,
      },
    });
    const checkers = await checkersFor(tx, campaignId, [...chosen]);
    await tx.spotCheck.createMany({
      data: keeps.map((itemId) => ({
        itemId,
        campaignId,
        drawId,
        drawn: chosen.has(itemId),
        personId: checkers.get(itemId) ?? null,
      })),
    });
    await appendEntry(tx, {
      actor,
      action: 'spot-check.drawn',
      subject: { kind: 'campaign', id: campaignId },
      summary: `${counted(chosen.size, 'kept item')} of ${keeps.length} drawn for a second look`,
      payload: { drawId, seed, share, keeps: keeps.length, drawn: [...chosen].sort() },
      at: now,
    });
    await notify(tx, { kind: 'campaign', id: campaignId });
    return {
      drawId,
      keeps: keeps.length,
      drawn: chosen.size,
      withoutChecker: chosen.size - checkers.size,
    };
  });
}

/** Draws in every campaign that is due; returns how many. Actor: job. */
export async function drawDueSpotChecks(context: Context): Promise<number> {
  requireKind(context.actor, 'job');
  const due = await context.db.$queryRaw<{ id: string }[]>`
    SELECT c.id FROM campaign c
    WHERE c.state = 'open' AND (c.rules ->> 'spotCheckShare')::float8 > 0
      AND NOT EXISTS (SELECT 1 FROM campaign_item i WHERE i.campaign_id = c.id
        AND i.state IN ('open', 'partly', 'escalated'))
      AND EXISTS (SELECT 1 FROM campaign_item i WHERE i.campaign_id = c.id AND i.state = 'approved'
        AND NOT EXISTS (SELECT 1 FROM spot_check s WHERE s.item_id = i.id))
      AND NOT EXISTS (SELECT 1 FROM campaign_item i JOIN item_decision d ON d.item_id = i.id
        WHERE i.campaign_id = c.id AND d.actor_kind = 'sandbox')
    ORDER BY c.id`;
  for (const { id } of due) await drawSpotChecks(context, { campaignId: id });
  return due.length;
}

/** Decisions wait for the campaign's row, so that what is drawn from stands still. */
async function lockForDraw(tx: Tx, campaignId: string): Promise<{ keeps: readonly string[]; share: number }> {
  const [campaign] = await tx.$queryRaw<{ state: CampaignState; rules: unknown }[]>`
    SELECT state, rules FROM campaign WHERE id = ${campaignId} FOR UPDATE`;
  if (!campaign) throw notFound('There is no such campaign.');
  const closed = whyClosed(campaign.state);
  if (closed !== null) throw conflict(closed);
  const share = spotShareOf(campaign.rules);
  if (share === 0) throw conflict('This campaign was set up without a second look at what is kept.');
  const open = await tx.campaignItem.count({
    where: { campaignId, state: { in: ['open', 'partly', 'escalated'] } },
  });
  if (open > 0) throw conflict(`${counted(open, 'item')} are not decided yet: draw when all are.`);
  const keeps = await tx.campaignItem.findMany({
    where: { campaignId, state: 'approved', spotCheck: null },
    orderBy: { id: 'asc' },
    select: { id: true },
  });
  if (keeps.length === 0) throw conflict('Everything that was kept is in a draw already.');
  return { keeps: keeps.map(({ id }) => id), share };
}
