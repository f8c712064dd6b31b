import type { Tx } from '#lib/db/client';
import type { CampaignScope, GrantSnapshot, ReviewerRules } from './model.ts';
import { populationOf, routingPeople } from './population.ts';
import { type Routed, routeGrant } from './routing.ts';
import type { ApprovalsRow } from './snapshot/gather.ts';
import { approvalsQuery } from './snapshot/queries.ts';

export interface CampaignTerms {
  readonly id: string;
  readonly scope: CampaignScope;
  readonly rules: ReviewerRules;
  readonly from: Date;
  readonly to: Date;
}

export interface PlannedGrant {
  readonly grant: GrantSnapshot;
  readonly routed: Routed;
  /** An exception was accepted for it before launch. */
  readonly excepted: boolean;
}

/** Population and routing, as they would be if the campaign were launched in this transaction. */
export async function planCampaign(
  tx: Tx,
  campaign: CampaignTerms,
  now: Date,
): Promise<readonly PlannedGrant[]> {
  const grants = await populationOf(tx, campaign.scope, now);
  const people = await routingPeople(tx, campaign.rules);
  const ids = grants.map((grant) => grant.id);
  const approvals = await tx.$queryRawUnsafe<ApprovalsRow[]>(approvalsQuery, ids, campaign.from, campaign.to);
  const approvers = new Map(
    approvals.map((row) => [
      `${row.agent_id} ${row.resource_id}`,
      new Set(row.approvers.map((one) => one.id)),
    ]),
  );
  const exceptions = await tx.reviewException.findMany({
    where: { campaignId: campaign.id, grantId: { not: null }, endsAt: { gt: now } },
    select: { grantId: true },
  });
  const excepted = new Set(exceptions.map((one) => one.grantId));
  const load = new Map<string, number>();
  return grants.map((grant) => ({
    grant,
    routed: routeGrant(
      grant,
      approvers.get(`${grant.agent.id} ${grant.resource.id}`) ?? new Set(),
      people,
      load,
    ),
    excepted: excepted.has(grant.id),
  }));
}

/** A campaign row's terms; the JSON was checked when it was written. */
export function termsOf(row: {
  id: string;
  scope: unknown;
  rules: unknown;
  periodFrom: Date;
  periodTo: Date;
}): CampaignTerms {
  return {
    id: row.id,
    scope: row.scope as CampaignScope,
    rules: row.rules as ReviewerRules,
    from: row.periodFrom,
    to: row.periodTo,
  };
}
