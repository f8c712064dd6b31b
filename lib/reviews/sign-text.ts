import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { notFound } from '#lib/core/errors';
import type { CampaignScope } from './model.ts';
import { counted, joined } from './sentence.ts';

/** The text that the signer attests to, as it would be signed now. */
export async function signOffText(context: Context, campaignId: string): Promise<string> {
  requirePermission(context.actor, 'campaign.sign');
  const campaign = await context.db.campaign.findUnique({ where: { id: campaignId } });
  if (!campaign) throw notFound('There is no such campaign.');
  const items = await context.db.campaignItem.count({ where: { campaignId } });
  return attestation(
    {
      name: campaign.name,
      scope: campaign.scope as unknown as CampaignScope,
      snapshotHash: campaign.snapshotHash,
    },
    items,
    context.clock.now(),
  );
}

/** reviews.md's sign-off text. Pure. */
export function attestation(
  campaign: { readonly name: string; readonly scope: CampaignScope; readonly snapshotHash: string | null },
  items: number,
  at: Date,
): string {
  return (
    `I attest that as of ${at.toISOString()} the population (${items} grants, SHA-256 ${campaign.snapshotHash ?? 'none'}) ` +
    `was complete and accurate for ${campaign.name} (${scopeWords(campaign.scope)}); that every item was decided by an independent, ` +
    'appropriate reviewer; that removals were verified at the source or formally excepted; that the evidence is ' +
    'retained under the retention policy of this deployment; and that management acknowledges that the remaining ' +
    'access is appropriate.'
  );
}

/** What stands instead where the sandbox closed its own campaign: it attests nothing. Pure. */
export function demonstration(campaign: Parameters<typeof attestation>[0], items: number, at: Date): string {
  return (
    `This is a demonstration and attests nothing. On ${at.toISOString()} the sandbox itself closed its review of the population ` +
    `(${items} grants, SHA-256 ${campaign.snapshotHash ?? 'none'}) for ${campaign.name} (${scopeWords(campaign.scope)}). ` +
    'No person decided any of it, and no person signed it.'
  );
}

/** "2 agents, production"; "all agents and resources". Pure. */
export function scopeWords(scope: CampaignScope): string {
  const narrowed = [
    scope.agentIds && counted(scope.agentIds.length, 'agent'),
    scope.resourceIds && counted(scope.resourceIds.length, 'resource'),
    scope.environments && joined(scope.environments),
    scope.sources && joined(scope.sources),
    scope.privilegedOnly && 'privileged grants only',
  ].filter((one) => typeof one === 'string');
  return narrowed.length === 0 ? 'all agents and resources' : narrowed.join(', ');
}
