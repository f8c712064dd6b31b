import type { Context } from '#lib/auth/context';
import { requireKind } from '#lib/auth/require-kind';
import type { Tx } from '#lib/db/client';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { businessDaysSince } from '../business-days.ts';
import { counted } from '../sentence.ts';
import { lateStep, type Step } from './steps.ts';

/**
 * Reminds reviewers whose items wait, and escalates: once for each step of the clock, the latest that
 * is due. Who was late, and with how many, is stored; the ledger's entry is what subscriptions send.
 * Returns how many steps were taken. Actor: job.
 */
export async function remindReviewers(context: Context): Promise<number> {
  requireKind(context.actor, 'job');
  const now = context.clock.now();
  const open = await context.db.campaign.findMany({
    where: { state: 'open', launchedAt: { not: null } },
    select: { id: true, name: true, launchedAt: true, holidays: true },
    orderBy: { id: 'asc' },
  });
  let taken = 0;
  for (const { id, name, launchedAt, holidays } of open) {
    const step = launchedAt && lateStep(businessDaysSince(launchedAt, now, new Set(holidays)));
    if (step && (await take(context, { id, name }, step))) taken += 1;
  }
  return taken;
}

async function take(
  context: Context,
  campaign: { readonly id: string; readonly name: string },
  step: Step,
): Promise<boolean> {
  return transaction(context.db, async (tx) => {
    const [open] = await tx.$queryRaw<{ id: string }[]>`
      SELECT id FROM campaign WHERE id = ${campaign.id} AND state = 'open' FOR UPDATE`;
    const before = await tx.reviewNotice.count({
      where: { campaignId: campaign.id, step: { gte: step.day } },
    });
    const late = open && before === 0 ? await lateReviewers(tx, campaign.id) : [];
    if (late.length === 0) return false;
    const now = context.clock.now();
    await tx.reviewNotice.createMany({
      data: late.map((one) => ({
        campaignId: campaign.id,
        step: step.day,
        personId: one.id,
        waiting: one.waiting,
        at: now,
      })),
    });
    const items = late.reduce((sum, one) => sum + one.waiting, 0);
    const who = late.map((one) => `${one.name} (${one.waiting})`).join(', ');
    const words = step.kind === 'remind' ? 'Reminder' : 'Escalation';
    await appendEntry(tx, {
      actor: context.actor,
      action: step.kind === 'remind' ? 'campaign.reminded' : 'campaign.escalated',
      subject: { kind: 'campaign', id: campaign.id },
      summary: `${words} on business day ${step.day} of ${campaign.name}: ${counted(items, 'answer')} missing from ${who}`,
      payload: { step: step.day, late: late.map(({ id, waiting }) => ({ personId: id, waiting })) },
      at: now,
    });
    await notify(tx, { kind: 'campaign', id: campaign.id });
    return true;
  });
}

/** Persons who have the duty for undecided items and have not kept them. */
export async function lateReviewers(
  tx: Tx,
  campaignId: string,
): Promise<readonly { id: string; name: string; waiting: number }[]> {
  return tx.$queryRaw<{ id: string; name: string; waiting: number }[]>`
    SELECT p.id, p.name, count(*)::int AS waiting
    FROM campaign_item i JOIN item_reviewer r ON r.item_id = i.id AND r.ended_at IS NULL
    JOIN person p ON p.id = r.person_id
    WHERE i.campaign_id = ${campaignId} AND i.state IN ('open', 'partly', 'escalated')
      AND NOT EXISTS (SELECT 1 FROM item_decision d WHERE d.item_id = i.id AND d.person_id = r.person_id
        AND d.decision = 'approve'
        AND NOT EXISTS (SELECT 1 FROM item_decision n WHERE n.supersedes_id = d.id AND n.item_id = d.item_id))
    GROUP BY p.id, p.name ORDER BY waiting DESC, p.name`;
}
