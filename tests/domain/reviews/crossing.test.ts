import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { revokeGrant } from '#lib/grants/index';
import {
  advanceRemovals,
  decideItem,
  decideItems,
  drawSpotChecks,
  getCampaign,
  getItem,
  launchCampaign,
  listItems,
  previewCampaign,
  signCampaign,
  tieOut,
} from '#lib/reviews/index';
import { readZip } from '#lib/reviews/pack/zip-read';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';
import { addCatalog, addUsage, draft, launched } from './campaign.ts';
import { newKeeping } from './decided.ts';
import { createWorld, job, type World } from './world.ts';

// What crosses: a scope that empties, a signature in the middle of a bulk, two people at one item.

let database: ControlDatabase;
let world: World;
beforeEach(async () => {
  database = await createControlDatabase();
  world = await createWorld(database.db);
});
afterEach(() => database.drop());

const conflict = { code: 'conflict' };

/** So many grants of one used table, each kept by one answer. */
async function usedGrants(count: number): Promise<readonly string[]> {
  await addCatalog(world, ['orders']);
  const ids: string[] = [];
  for (let nth = 0; nth < count; nth += 1) {
    const agentId = await world.addAgent(`reader-${nth}`);
    ids.push(await world.addGrant({ agentId, actions: ['read'], scope: ['public.orders'] }));
    await addUsage(world, ids[nth] ?? '', 'read', 'public.orders', { used: 3 });
  }
  return ids;
}

describe('a scope', () => {
  it('that shrinks to nothing between the preview and the launch is not launched', async () => {
    const grantId = await world.addGrant({ actions: ['read'] });
    const campaignId = await draft(world);
    expect(await previewCampaign(world.as('ada'), campaignId)).toMatchObject({ mayLaunch: true });
    await revokeGrant(world.as('ada'), { grantId, reason: 'gone meanwhile' });
    expect(await previewCampaign(world.as('ada'), campaignId)).toMatchObject({
      population: 0,
      mayLaunch: false,
    });
    await expect(launchCampaign(world.as('ada'), campaignId)).rejects.toThrow('Nothing is in scope');
    expect(await getCampaign(world.as('ada'), campaignId)).toMatchObject({ state: 'draft', items: 0 });
  });

  it('of more than a hundred thousand grants is refused with what to do, and nothing of it stays', async () => {
    await world.addGrant({ actions: ['read'] });
    await world.db.$executeRaw`
      INSERT INTO access_grant (id, agent_id, resource_id, actions, scope, reason, created_by_id, starts_at)
      SELECT 'gnt_many_' || n, g.agent_id, g.resource_id, g.actions, g.scope, 'many', g.created_by_id, g.starts_at
      FROM access_grant g, generate_series(1, 100000) n`;
    const campaignId = await draft(world);
    await expect(launchCampaign(world.as('ada'), campaignId)).rejects.toMatchObject({
      code: 'limit',
      message: '100001 grants are in scope; at most 100000 fit one campaign.',
    });
    expect(await getCampaign(world.as('ada'), campaignId)).toMatchObject({ state: 'draft', items: 0 });
  }, 120_000);
});

describe('a signature in the middle of a bulk', () => {
  it('takes all that was decided before it, and nothing after', async () => {
    const keeping = await newKeeping();
    await usedGrants(12);
    for (let round = 0; round < 3; round += 1) {
      const name = `Round ${round}`;
      const rules = { securityGroup: 'security', fallbackPersonId: world.ids.radia, spotCheckShare: 0 };
      const campaignId = await launched(world, { name, rules });
      const { rows } = await listItems(world.as('linus'), { campaignId, limit: 200 });
      const keeps = rows.map(({ id }) => ({ itemId: id, choice: 'approve' as const, reason: 'first' }));
      expect((await decideItems(world.as('grace'), keeps)).every(({ ok }) => ok)).toBe(true);
      // Each in a transaction of its own: the signature comes between two of them.
      const again = rows.map(({ id }) => ({ itemId: id, choice: 'dont_know' as const, reason: 'second' }));
      const [bulk, signed] = await Promise.allSettled([
        decideItems(world.as('grace'), again),
        signCampaign(world.as('linus'), { campaignId, signedInAt: world.clock.now() }, keeping),
      ]);
      if (bulk.status === 'rejected') throw bulk.reason;
      const done = bulk.value.filter(({ ok }) => ok).length;
      for (const one of bulk.value) if (!one.ok) expect(one).toMatchObject(conflict);
      const stored = await world.db.itemDecision.count({ where: { item: { campaignId } } });
      expect(stored).toBe(rows.length + done);
      if (signed.status === 'fulfilled') {
        // What was answered anew stood open: a signature over it would not have tied.
        expect(done).toBe(0);
        const pack = readZip(await readFile(join(keeping.directory, `${campaignId}.zip`)));
        const lines = Buffer.from(pack.get('statements.jsonl') ?? [])
          .toString('utf8')
          .trim()
          .split('\n');
        expect(lines).toHaveLength(stored);
      } else {
        expect(signed.reason).toMatchObject(conflict);
        expect((await tieOut(world.as('linus'), campaignId)).ties).toBe(false);
      }
    }
    await rm(keeping.directory, { recursive: true });
  }, 60_000);
});

describe('two people at one item', () => {
  it('each stand with their own answer; a removal is made once, whoever was first', async () => {
    for (let round = 0; round < 4; round += 1) {
      const agentId = await world.addAgent(`migrator-${round}`);
      await world.addGrant({ agentId, actions: ['read', 'schema'] });
      const campaignId = await launched(world, { name: `Two ${round}`, scope: { agentIds: [agentId] } });
      const [row] = (await listItems(world.as('linus'), { campaignId })).rows;
      const itemId = row?.id ?? '';
      const ends = await Promise.allSettled([
        decideItem(world.as('grace'), { itemId, choice: 'approve', reason: 'needed' }),
        decideItem(world.as('edsger'), { itemId, choice: 'revoke', reason: 'not needed' }),
      ]);
      expect(ends[1]?.status).toBe('fulfilled');
      for (const end of ends) if (end.status === 'rejected') expect(end.reason).toMatchObject(conflict);
      const item = await getItem(world.as('linus'), itemId);
      expect(item.state).toBe('revoked');
      expect(item.decisions).toHaveLength(ends.filter((one) => one.status === 'fulfilled').length);
      expect(item.removals).toHaveLength(1);
    }
    await advanceRemovals(world.by(job));
  });

  it('who draw at once draw once', async () => {
    await usedGrants(3);
    const campaignId = await launched(world, {
      rules: { securityGroup: 'security', fallbackPersonId: world.ids.radia, spotCheckShare: 1 },
    });
    const { rows } = await listItems(world.as('linus'), { campaignId });
    await decideItems(
      world.as('grace'),
      rows.map(({ id }) => ({ itemId: id, choice: 'approve' })),
    );
    const ends = await Promise.allSettled([
      drawSpotChecks(world.as('ada'), { campaignId }),
      drawSpotChecks(world.by(job), { campaignId }),
    ]);
    expect(ends.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await world.db.spotDraw.count({ where: { campaignId } })).toBe(1);
  });
});
