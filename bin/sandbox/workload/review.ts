import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from '#bin/environment';
import { homeOf } from '#bin/home';
import type { Context } from '#lib/auth/context';
import { readSigningKey } from '#lib/core/ed25519';
import { createCampaign, keepAsSandbox, launchCampaign, signAsSandbox } from '#lib/reviews/index';

const sealedMsMax = 15_000;
const inSandbox = { sandbox: true };

/** What the sandbox closes by itself; named so that nobody takes it for a person's review. */
export const demonstrationName = 'Demonstration: the sandbox’s first minutes, closed by the sandbox itself';

/**
 * Two reviews over the sandbox's own period, once its sessions are sealed and counted: one that the
 * sandbox keeps and closes in nobody's name, and one that waits for people.
 */
export async function openReviews(context: Context, environment: Environment): Promise<void> {
  if ((await context.db.campaign.count()) > 0) return;
  await untilSealed(context);
  await demonstrate(context, environment);
  await launchCampaign(context, await create(context, 'Access of AI agents to the shop', {}));
}

async function demonstrate(context: Context, environment: Environment): Promise<void> {
  const keyFile = environment.COUNTERSIGN_SIGNING_KEY_FILE;
  if (keyFile === undefined) return;
  // Those whose grants were used: the stale one is left for people to find.
  const agents = await context.db.agent.findMany({
    where: { name: { in: ['migrator', 'reporter'] } },
    select: { id: true },
  });
  const campaignId = await create(context, demonstrationName, { agentIds: agents.map(({ id }) => id) });
  await launchCampaign(context, campaignId);
  const items = await context.db.campaignItem.findMany({ where: { campaignId }, select: { id: true } });
  const reason = 'used in the sandbox’s first minutes; kept by the sandbox itself, not by a person';
  for (const { id } of items) await keepAsSandbox(context, { itemId: id, reason }, inSandbox);
  const directory = join(homeOf(environment.COUNTERSIGN_HOME).folder, 'packs');
  const signingKey = readSigningKey(await readFile(keyFile, 'utf8'));
  await signAsSandbox(context, { campaignId }, { directory, signingKey }, inSandbox);
}

async function create(context: Context, name: string, scope: { agentIds?: string[] }): Promise<string> {
  const { db, clock } = context;
  const first = await db.grant.findFirst({ orderBy: { createdAt: 'asc' }, select: { createdAt: true } });
  const now = clock.now();
  const { id } = await createCampaign(context, {
    name,
    scope,
    periodFrom: first?.createdAt ?? new Date(now.getTime() - 60_000),
    periodTo: now,
    // Signed in one sitting; a review that people set up has its second look at a tenth of what is kept.
    rules: { securityGroup: 'security', fallbackPersonId: null, spotCheckShare: 0 },
    dueInBusinessDays: 10,
    riskAnalysis:
      'Sandbox: no real data. In production name the targeted risk analysis that sets scope and frequency.',
  });
  return id;
}

async function untilSealed({ db }: Context): Promise<void> {
  const until = Date.now() + sealedMsMax;
  while (Date.now() < until) {
    const open = await db.session.count({ where: { OR: [{ state: 'live' }, { recording: null }] } });
    const { _sum } = await db.session.aggregate({ _sum: { statements: true } });
    const rows = await db.statement.count();
    if (open === 0 && rows >= (_sum.statements ?? 0)) return;
    await sleep(200);
  }
}
