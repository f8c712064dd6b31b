import { createCampaign, launchCampaign, listItems } from '#lib/reviews/index';
import type { PersonName, World } from './world.ts';

export const dayMs = 86_400_000;

/** A draft over the last thirty days, set up by Ada; edsger's group is second, radia falls back. */
export async function draft(world: World, changes: Record<string, unknown> = {}): Promise<string> {
  const now = world.clock.now();
  const { id } = await createCampaign(world.as('ada'), {
    name: 'Q4 review',
    scope: {},
    periodFrom: new Date(now.getTime() - 30 * dayMs),
    periodTo: now,
    rules: { securityGroup: 'security', fallbackPersonId: world.ids.radia },
    dueInBusinessDays: 20,
    riskAnalysis: 'RA-7: agents with production access are reviewed quarterly.',
    ...changes,
  });
  return id;
}

export async function launched(world: World, changes: Record<string, unknown> = {}): Promise<string> {
  const id = await draft(world, changes);
  await launchCampaign(world.as('ada'), id);
  return id;
}

/** The item of a grant, as an auditor sees it. */
export async function itemOf(world: World, campaignId: string, grantId: string, by: PersonName = 'linus') {
  const { rows } = await listItems(world.as(by), { campaignId, limit: 200 });
  const found = rows.find((row) => row.grantId === grantId);
  if (!found) throw new Error(`no item for ${grantId}`);
  return found;
}

/** So often was this permission of the grant used (or refused), on the day before now. */
export async function addUsage(
  world: World,
  grantId: string,
  action: string,
  object: string,
  counts: { used?: number; denied?: number; sessionId?: string; daysAgo?: number } = {},
): Promise<void> {
  const at = new Date(world.clock.now().getTime() - (counts.daysAgo ?? 1) * dayMs);
  await world.db.usage.create({
    data: {
      grantId,
      day: at,
      action,
      object,
      used: BigInt(counts.used ?? 0),
      usedOnlyThis: BigInt(counts.used ?? 0),
      denied: BigInt(counts.denied ?? 0),
      lastAt: at,
      lastSessionId: counts.sessionId ?? 'ses_seen',
      lastSeq: 3,
    },
  });
}

export async function addCatalog(world: World, names: readonly string[], kind = 'table'): Promise<void> {
  await world.db.resourceObject.createMany({
    data: names.map((name) => ({
      resourceId: world.resourceId,
      schema: 'public',
      name,
      kind,
      columns: [],
      firstSeenAt: new Date(world.clock.now().getTime() - 60 * dayMs),
    })),
  });
}
