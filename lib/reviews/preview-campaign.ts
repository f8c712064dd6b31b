import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { conflict, notFound } from '#lib/core/errors';
import type { GrantSource } from '#lib/grants/model';
import type { CampaignPreview, Duty, Named, PreviewConflict } from './model.ts';
import { type PlannedGrant, planCampaign, termsOf } from './plan.ts';
import { isPrivileged } from './rules.ts';
import { sentenceOf } from './sentence.ts';

const conflictsShownMax = 200;

/** Population, conflicts and who would get how many items; writes nothing. */
export async function previewCampaign(context: Context, campaignId: string): Promise<CampaignPreview> {
  requirePermission(context.actor, 'campaign.run');
  const row = await context.db.campaign.findUnique({ where: { id: campaignId } });
  if (!row) throw notFound('There is no such campaign.');
  if (row.state !== 'draft') throw conflict('The campaign is launched; its population no longer changes.');
  const planned = await planCampaign(context.db, termsOf(row), context.clock.now());
  const conflicts = planned.flatMap(conflictsOf);
  return {
    population: planned.length,
    privileged: planned.filter(({ grant }) => isPrivileged(grant.actions, grant.resource.environment)).length,
    bySource: countBySource(planned),
    reviewers: loadOf(planned),
    conflicts: conflicts.slice(0, conflictsShownMax),
    conflictsTotal: conflicts.length,
    mayLaunch: planned.length > 0 && !conflicts.some((one) => one.blocks),
  };
}

/** What stands against the launch of one grant's item; an accepted exception unblocks it. */
export function conflictsOf({ grant, routed, excepted }: PlannedGrant): readonly PreviewConflict[] {
  return routed.conflicts.map(({ kind, message }) => ({
    grantId: grant.id,
    sentence: sentenceOf(grant),
    kind,
    message,
    excepted,
    blocks: !excepted,
  }));
}

function countBySource(planned: readonly PlannedGrant[]): Partial<Record<GrantSource, number>> {
  const counts: Partial<Record<GrantSource, number>> = {};
  for (const { grant } of planned) counts[grant.source] = (counts[grant.source] ?? 0) + 1;
  return counts;
}

function loadOf(planned: readonly PlannedGrant[]) {
  const loads = new Map<string, { person: Named; duty: Duty; items: number }>();
  for (const { person, duty } of planned.flatMap(({ routed }) => routed.assignments)) {
    const key = `${person.id} ${duty}`;
    loads.set(key, {
      person: { id: person.id, name: person.name },
      duty,
      items: (loads.get(key)?.items ?? 0) + 1,
    });
  }
  return [...loads.values()].sort((a, b) => b.items - a.items);
}
