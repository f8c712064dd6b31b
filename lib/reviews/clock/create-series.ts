import type { Context } from '#lib/auth/context';
import { newId } from '#lib/core/ids';
import type { Tx } from '#lib/db/client';
import { appendEntry } from '#lib/ledger/append';
import type { CampaignScope, ReviewerRules } from '../model.ts';
import type { Every } from './model.ts';

export interface SeriesTerms {
  readonly name: string;
  readonly scope: CampaignScope;
  readonly rules: ReviewerRules;
  readonly periodTo: Date;
  readonly dueInBusinessDays: number;
  readonly riskAnalysis: string;
}

/** Makes the campaign that is being set up the first of a series, in its transaction. */
export async function createSeries(
  tx: Tx,
  context: Context,
  first: SeriesTerms,
  every: Every,
): Promise<string> {
  const now = context.clock.now();
  const id = newId('series', now);
  await tx.reviewSeries.create({
    data: {
      id,
      name: first.name,
      every,
      scope: { ...first.scope } as object,
      rules: { ...first.rules },
      dueInBusinessDays: first.dueInBusinessDays,
      riskAnalysis: first.riskAnalysis,
      anchor: first.periodTo,
      createdAt: now,
    },
  });
  await appendEntry(tx, {
    actor: context.actor,
    action: 'series.created',
    subject: { kind: 'series', id },
    summary: `${context.actor.name} lets the review ${first.name} come again ${every}`,
    payload: { name: first.name, every, anchor: first.periodTo.toISOString() },
    at: now,
  });
  return id;
}
