import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '#lib/auth/context';
import { createCampaign, launchCampaign } from '#lib/reviews/index';

const sealedMsMax = 15_000;

/** Opens a review over the sandbox's own period, once its sessions are sealed and counted. */
export async function openReview(context: Context): Promise<void> {
  const { db, clock } = context;
  if ((await db.campaign.count()) > 0) return;
  await untilSealed(context);
  const first = await db.grant.findFirst({ orderBy: { createdAt: 'asc' }, select: { createdAt: true } });
  const now = clock.now();
  const { id } = await createCampaign(context, {
    name: 'Access of AI agents to the shop',
    scope: {},
    periodFrom: first?.createdAt ?? new Date(now.getTime() - 60_000),
    periodTo: now,
    rules: { securityGroup: 'security', fallbackPersonId: null },
    dueInBusinessDays: 10,
    riskAnalysis:
      'Sandbox: no real data. In production name the targeted risk analysis that sets scope and frequency.',
  });
  await launchCampaign(context, id);
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
