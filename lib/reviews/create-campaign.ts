import { actorId } from '#lib/auth/actor';
import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { newId } from '#lib/core/ids';
import { parseInput } from '#lib/core/input';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { addBusinessDays } from './business-days.ts';
import { type CampaignTermsInput, requireSoundTerms } from './campaign-terms.ts';
import { createSeries } from './clock/create-series.ts';
import { holidaySet } from './clock/holidays.ts';
import type { Every } from './clock/model.ts';
import { createCampaignInput } from './schema.ts';

export interface CreateCampaign extends CampaignTermsInput {
  /** Makes the next by itself, a draft as soon as its period is over, until the series is ended. */
  readonly repeats?: Every | undefined;
}

/**
 * Sets a campaign up as a draft. A period that reaches into the future is refused: evidence is of
 * what happened. The sandbox makes its own, marked as such.
 */
export async function createCampaign(context: Context, input: CreateCampaign): Promise<{ id: string }> {
  const { actor } = context;
  if (actor.kind !== 'sandbox' && actor.kind !== 'job') requirePermission(actor, 'campaign.run');
  const campaign = parseInput(createCampaignInput, input);
  const now = context.clock.now();
  return transaction(context.db, async (tx) => {
    await requireSoundTerms(tx, campaign, now);
    const id = newId('campaign', now);
    const seriesId = campaign.repeats ? await createSeries(tx, context, campaign, campaign.repeats) : null;
    const dueAt = addBusinessDays(now, campaign.dueInBusinessDays, await holidaySet(tx));
    await tx.campaign.create({
      data: {
        id,
        name: campaign.name,
        scope: campaign.scope,
        rules: campaign.rules,
        periodFrom: campaign.periodFrom,
        periodTo: campaign.periodTo,
        riskAnalysis: campaign.riskAnalysis,
        dueAt,
        seriesId,
        createdById: actor.kind === 'person' ? actorId(actor) : null,
        createdByKind: actor.kind,
        createdAt: now,
      },
    });
    await appendEntry(tx, {
      actor,
      action: 'campaign.created',
      subject: { kind: 'campaign', id },
      summary: `${actor.name} set up the review ${campaign.name}`,
      payload: {
        name: campaign.name,
        scope: campaign.scope,
        rules: campaign.rules,
        periodFrom: campaign.periodFrom.toISOString(),
        periodTo: campaign.periodTo.toISOString(),
        dueAt: dueAt.toISOString(),
        riskAnalysis: campaign.riskAnalysis,
        seriesId,
      },
      at: now,
    });
    await notify(tx, { kind: 'campaign', id });
    return { id };
  });
}
