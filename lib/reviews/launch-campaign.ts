import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { CountersignError, conflict, notFound } from '#lib/core/errors';
import type { Tx } from '#lib/db/client';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { holidaySet } from './clock/holidays.ts';
import type { CampaignState, SnapshotRecord } from './model.ts';
import { type PlannedGrant, planCampaign, termsOf } from './plan.ts';
import { populationQuery } from './population.ts';
import { conflictsOf } from './preview-campaign.ts';
import { whyNoDraft } from './rules.ts';
import { assembleItem } from './snapshot/assemble.ts';
import type { ExpandedPermission } from './snapshot/expand.ts';
import { gather, queryRecord } from './snapshot/gather.ts';
import { snapshotHasher } from './snapshot/hash.ts';
import { inQueueOrder, type NewItem, writeItems } from './snapshot/write.ts';

/** More at once is no review that anybody can finish. */
const itemsMax = 100_000;
const launchMsMax = 300_000;

export interface LaunchResult {
  readonly items: number;
  readonly snapshotHash: string;
}

/**
 * Freezes the grants with their evidence in one database snapshot, assigns reviewers, opens the
 * campaign: one ledger entry with the hash. Refused while a conflict has neither a fix nor an exception.
 */
export async function launchCampaign(context: Context, campaignId: string): Promise<LaunchResult> {
  const { actor, clock } = context;
  if (actor.kind !== 'sandbox' && actor.kind !== 'job') requirePermission(actor, 'campaign.run');
  const now = clock.now();
  const launch = async (tx: Tx): Promise<LaunchResult> => {
    const { count } = await tx.campaign.updateMany({
      where: { id: campaignId, state: 'draft' },
      data: { state: 'open', launchedAt: now, holidays: [...(await holidaySet(tx))] },
    });
    const row = await tx.campaign.findUnique({ where: { id: campaignId } });
    if (!row) throw notFound('There is no such campaign.');
    if (count === 0)
      throw conflict(whyNoDraft(row.state as CampaignState) ?? 'The campaign was launched already.');
    const campaign = termsOf(row);
    const planned = await planCampaign(tx, campaign, now);
    requireLaunchable(planned);
    const gathered = await gather(
      tx,
      planned.map(({ grant }) => grant.id),
      campaign,
    );
    const expansions = new Map<string, readonly ExpandedPermission[]>();
    const assembled = planned.map(({ grant, routed }) => ({
      ...assembleItem(grant, gathered, campaign, expansions),
      routed,
    }));
    const items = inQueueOrder(assembled, now);
    await writeItems(tx, campaignId, items, now);
    await giveExceptionsTheirItems(tx, campaignId);
    await tx.$executeRaw`SELECT analyze_campaigns()`;
    const snapshot: SnapshotRecord = {
      takenAt: now.toISOString(),
      takenBy: actor.name,
      product: 'countersign 0.1.0',
      database: await databaseVersion(tx),
      queries: [queryRecord('population', populationQuery, planned.length), ...gathered.queries],
      items: items.length,
      usageRows: gathered.usageRows,
    };
    const snapshotHash = hashOf(snapshot, items);
    await tx.campaign.update({
      where: { id: campaignId },
      data: { snapshot: snapshot as unknown as object, snapshotHash },
    });
    await appendEntry(tx, {
      actor,
      action: 'campaign.launched',
      subject: { kind: 'campaign', id: campaignId },
      summary: `${actor.name} launched the review ${row.name} with ${items.length} items`,
      payload: {
        items: items.length,
        snapshotHash,
        queries: snapshot.queries.map(({ name, sha256, rows }) => ({ name, sha256, rows })),
        reviewers: new Set(items.flatMap((item) => item.routed.assignments.map(({ person }) => person.id)))
          .size,
      },
      at: now,
    });
    await notify(tx, { kind: 'campaign', id: campaignId });
    return { items: items.length, snapshotHash };
  };
  return transaction(context.db, launch, { snapshot: true, timeoutMs: launchMsMax });
}

function requireLaunchable(planned: readonly PlannedGrant[]): void {
  if (planned.length === 0) throw conflict('Nothing is in scope: no grant gives access there now.');
  if (planned.length > itemsMax) {
    throw new CountersignError(
      'limit',
      `${planned.length} grants are in scope; at most ${itemsMax} fit one campaign.`,
    );
  }
  const blocking = planned.flatMap(conflictsOf).filter((one) => one.blocks);
  if (blocking.length === 0) return;
  throw new CountersignError(
    'conflict',
    `${blocking.length} conflicts stand against the launch. Fix them or accept an exception for each.`,
    { details: blocking.slice(0, 50).map((one) => ({ at: one.grantId, message: one.message })) },
  );
}

async function giveExceptionsTheirItems(tx: Tx, campaignId: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE review_exception e SET item_id = i.id FROM campaign_item i
    WHERE e.campaign_id = ${campaignId} AND i.campaign_id = e.campaign_id AND i.grant_id = e.grant_id
      AND e.item_id IS NULL`;
}

function hashOf(snapshot: SnapshotRecord, items: readonly NewItem[]): string {
  const hasher = snapshotHasher(snapshot);
  for (const item of items) hasher.add(item);
  return hasher.digest();
}

async function databaseVersion(tx: Tx): Promise<string> {
  const [row] = await tx.$queryRaw<
    { version: string }[]
  >`SELECT current_setting('server_version') AS version`;
  return `PostgreSQL ${row?.version ?? 'unknown'}`;
}
