import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  accessOf,
  type GrantReading,
  importGrants,
  listImports,
  type ReadGrant,
  revokeGrant,
} from '#lib/grants/index';
import {
  acceptRemoval,
  advanceRemovals,
  type Connector,
  carryOutRemovals,
  decideItem,
  getItem,
  listRemovals,
  tieOut,
} from '#lib/reviews/index';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';
import { itemOf, launched } from './campaign.ts';
import { createWorld, job, type World, worker } from './world.ts';

let database: ControlDatabase;
let world: World;
let serial = 0;
beforeAll(async () => {
  database = await createControlDatabase();
  world = await createWorld(database.db);
});
afterAll(() => database.drop());

const forbidden = { code: 'forbidden' };
const conflict = { code: 'conflict' };

/** An agent with a Contributor and a Reader assignment in Azure, read beside others and under review. */
async function imported(...beside: readonly ReadGrant[]) {
  serial += 1;
  const agent = `cloud-${serial}`;
  const agentId = await world.addAgent(agent);
  const contributor: ReadGrant = {
    externalId: `/roleAssignments/contributor-${serial}`,
    agent,
    resource: 'shop',
    actions: ['read', 'write', 'admin'],
    scope: ['*'],
    reason: 'Contributor on the resource group shop',
  };
  const reader: ReadGrant = {
    ...contributor,
    externalId: `/roleAssignments/reader-${serial}`,
    actions: ['read'],
    reason: 'Reader on the resource group shop',
  };
  await read([...beside, contributor, reader]);
  const campaignId = await launched(world, { name: agent, scope: { agentIds: [agentId] } });
  const grants = await world.db.grant.findMany({ where: { agentId }, orderBy: { externalId: 'asc' } });
  const item = await itemOf(world, campaignId, grants[0]?.id ?? '');
  return { agent, agentId, campaignId, contributor, reader, itemId: item.id, grantId: grants[0]?.id ?? '' };
}

/** The source as it is read now, a minute after whatever happened before. */
async function read(grants: readonly ReadGrant[], source: GrantReading['source'] = 'azure-rbac') {
  world.clock.advance(60_000);
  return importGrants(world.as('ada'), { source, readAt: world.clock.now(), grants });
}

async function removalOf(campaignId: string) {
  const [removal] = await listRemovals(world.as('linus'), campaignId);
  if (!removal) throw new Error('no removal');
  return removal;
}

const states = async (campaignId: string) => (await removalOf(campaignId)).proofs.map((proof) => proof.state);

describe('a reading of another system', () => {
  it('adds what is new, replaces what differs, ends what is gone, with one entry', async () => {
    const { contributor, reader, agentId } = await imported();
    const result = await read([{ ...contributor, actions: ['read'] }]);
    expect(result).toMatchObject({ added: 0, changed: 1, ended: 1, unchanged: 0 });
    const grants = await world.db.grant.findMany({ where: { agentId }, orderBy: { createdAt: 'asc' } });
    expect(grants.map((one) => [one.externalId, one.state]).sort()).toEqual([
      [contributor.externalId, 'active'],
      [contributor.externalId, 'replaced'],
      [reader.externalId, 'ended'],
    ]);
    const entries = await world.db.ledgerEntry.findMany({
      where: { action: 'grant.imported', subjectId: result.importId },
    });
    expect(entries).toMatchObject([{ actorName: 'ada', payload: { changed: 1, ended: 1, rows: 1 } }]);
    expect((await listImports(world.as('linus'))).rows[0]).toMatchObject({ id: result.importId, by: 'ada' });
    await expect(listImports(world.as('grace'))).rejects.toMatchObject(forbidden);
  });

  it('is refused when it is old, from the future, holds a thing twice or an unknown name', async () => {
    const { contributor } = await imported();
    const at = (readAt: Date, grants: readonly ReadGrant[] = []) =>
      importGrants(world.as('ada'), { source: 'azure-rbac', readAt, grants });
    const count = await world.db.grantImport.count();
    await expect(at(new Date(world.clock.now().getTime() - 1))).rejects.toMatchObject(conflict);
    await expect(at(world.clock.now())).rejects.toMatchObject(conflict);
    await expect(at(new Date(world.clock.now().getTime() + 1))).rejects.toMatchObject({ code: 'invalid' });
    world.clock.advance(1_000);
    await expect(at(world.clock.now(), [contributor, contributor])).rejects.toMatchObject({
      code: 'invalid',
    });
    await expect(
      at(world.clock.now(), [contributor, { ...contributor, externalId: 'x', agent: 'nobody' }]),
    ).rejects.toMatchObject({
      code: 'invalid',
      details: [{ at: 'grants.1.agent', message: 'no agent nobody is known' }],
    });
    for (const name of ['grace', 'linus', 'barbara'] as const) {
      await expect(
        importGrants(world.as(name), { source: 'azure-rbac', readAt: world.clock.now(), grants: [] }),
      ).rejects.toMatchObject(forbidden);
    }
    expect(await world.db.grantImport.count()).toBe(count);
  });

  it('opens nothing at the gateway, and is not revoked there', async () => {
    const { agentId, grantId } = await imported();
    expect((await accessOf(world.by(worker), agentId, world.resourceId)).grants).toEqual([]);
    await expect(revokeGrant(world.as('ada'), { grantId, reason: 'x' })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('stands in azure-rbac'),
    });
    expect(await world.db.grant.findUnique({ where: { id: grantId } })).toMatchObject({ state: 'active' });
  });
});

describe('a removal in another system', () => {
  it('is requested, accepted with a reference, and proven only by a later reading', async () => {
    const { campaignId, itemId, reader, contributor } = await imported();
    await decideItem(world.as('grace'), { itemId, choice: 'revoke', reason: 'not needed' });
    const removal = await removalOf(campaignId);
    expect(removal).toMatchObject({ state: 'requested' });
    // Its own word of that moment proves nothing: it was read before anybody asked.
    await read([reader]);
    expect(await advanceRemovals(world.by(job))).toBe(0);
    await read([reader, contributor]);
    const accept = { removalId: removal.id, reference: 'CHG-77', note: 'deleted in the portal' };
    for (const name of ['grace', 'linus', 'edsger'] as const) {
      await expect(acceptRemoval(world.as(name), accept)).rejects.toMatchObject(forbidden);
    }
    await expect(acceptRemoval(world.as('ada'), { ...accept, removalId: 'rmv_none' })).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(acceptRemoval(world.as('ada'), { ...accept, reference: ' ' })).rejects.toMatchObject({
      code: 'invalid',
    });
    const twice = [acceptRemoval(world.as('ada'), accept), acceptRemoval(world.as('ada'), accept)];
    const ends = await Promise.allSettled(twice);
    expect(ends.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    // A closed ticket is no proof: no reading came after it.
    expect(await advanceRemovals(world.by(job))).toBe(0);
    expect((await tieOut(world.as('linus'), campaignId)).removed).toBe(0);

    await read([reader]);
    expect(await advanceRemovals(world.by(job))).toBe(1);
    expect(await advanceRemovals(world.by(job))).toBe(0);
    expect(await states(campaignId)).toEqual(['requested', 'accepted', 'absent_on_reread']);
    const [, accepted, absent] = (await removalOf(campaignId)).proofs;
    expect(accepted?.sentence).toContain('CHG-77');
    expect(absent?.data).toMatchObject({
      source: 'azure-rbac',
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect((await tieOut(world.as('linus'), campaignId)).removed).toBe(1);

    // Given again, also under another name: the removal did not last.
    await read([reader, { ...contributor, externalId: `${contributor.externalId}-again` }]);
    await advanceRemovals(world.by(job));
    expect((await states(campaignId)).at(-1)).toBe('ineffective');
    expect((await tieOut(world.as('linus'), campaignId)).removed).toBe(0);
    await read([reader]);
    await advanceRemovals(world.by(job));
    expect((await states(campaignId)).slice(-2)).toEqual(['ineffective', 'absent_on_reread']);
  });

  it('is ineffective while the source still gives it', async () => {
    const { campaignId, itemId, reader, contributor } = await imported();
    await decideItem(world.as('grace'), { itemId, choice: 'revoke', reason: 'not needed' });
    await acceptRemoval(world.as('ada'), {
      removalId: (await removalOf(campaignId)).id,
      reference: 'CHG-78',
    });
    await read([reader, contributor]);
    await advanceRemovals(world.by(job));
    expect(await removalOf(campaignId)).toMatchObject({ state: 'ineffective' });
    expect((await getItem(world.as('linus'), itemId)).removals[0]?.proofs.at(-1)?.sentence).toMatch(
      /still gives it/,
    );
  });

  it('by reducing stands once nothing wider than what was left is read', async () => {
    const { campaignId, itemId, reader, contributor } = await imported();
    await decideItem(world.as('grace'), {
      itemId,
      choice: 'reduce',
      reason: 'reading is enough',
      reducedTo: { actions: ['read'], scope: ['*'] },
    });
    await acceptRemoval(world.as('ada'), {
      removalId: (await removalOf(campaignId)).id,
      reference: 'CHG-79',
    });
    await read([reader, { ...contributor, actions: ['read', 'write'] }]);
    await advanceRemovals(world.by(job));
    expect((await states(campaignId)).at(-1)).toBe('ineffective');
    await read([reader, { ...contributor, actions: ['read'] }]);
    await advanceRemovals(world.by(job));
    expect((await states(campaignId)).at(-1)).toBe('absent_on_reread');
  });

  it('is looked at once a reading, what waits for its proof before what is settled', async () => {
    const first = await imported();
    const second = await imported(first.contributor);
    const last = await imported(first.contributor, second.contributor);
    const remove = async (one: typeof last) => {
      await decideItem(world.as('grace'), { itemId: one.itemId, choice: 'revoke', reason: 'not needed' });
      const { id } = await removalOf(one.campaignId);
      await acceptRemoval(world.as('ada'), { removalId: id, reference: 'CHG-80' });
    };
    const batch = () => advanceRemovals(world.by(job), 1);
    const rest = async () => {
      for (let times = await world.db.removal.count(); times > 0; times -= 1) await batch();
    };
    for (const one of [first, second]) await remove(one);
    await read([last.contributor]);
    await rest();
    expect(await states(second.campaignId)).toEqual(['requested', 'accepted', 'absent_on_reread']);

    await remove(last);
    await read([{ ...first.contributor, externalId: 'again' }]);
    await batch();
    expect((await states(last.campaignId)).at(-1)).toBe('absent_on_reread');
    // Each settled one is still held against the reading, whatever stands before it.
    await rest();
    expect((await states(first.campaignId)).at(-1)).toBe('ineffective');
    expect((await states(second.campaignId)).at(-1)).toBe('absent_on_reread');
  });

  it('is not for a person to confirm where the gateway does it', async () => {
    const agentId = await world.addAgent('own');
    const grantId = await world.addGrant({ agentId, actions: ['read'] });
    const campaignId = await launched(world, { name: 'own', scope: { agentIds: [agentId] } });
    const { id: itemId } = await itemOf(world, campaignId, grantId);
    await decideItem(world.as('grace'), { itemId, choice: 'revoke', reason: 'not needed' });
    await expect(
      acceptRemoval(world.as('ada'), { removalId: (await removalOf(campaignId)).id, reference: 'x' }),
    ).rejects.toMatchObject(conflict);
  });
});

describe('a connector', () => {
  it('carries orders out, is asked again for what failed, and is believed by its reading alone', async () => {
    const { campaignId, itemId, reader, contributor } = await imported();
    await decideItem(world.as('grace'), { itemId, choice: 'revoke', reason: 'not needed' });
    let gone = false;
    let working = false;
    const connector: Connector = {
      source: 'azure-rbac',
      remove: async (order) => {
        if (!working) throw new Error('429 Too Many Requests');
        gone = order.externalId === contributor.externalId && order.keep === null;
        return { reference: 'op-1', sentence: 'deleted' };
      },
      read: async () => {
        world.clock.advance(60_000);
        const grants = gone ? [reader] : [reader, contributor];
        return { source: 'azure-rbac', readAt: world.clock.now(), grants };
      },
    };
    await expect(carryOutRemovals(world.as('ada'), connector)).rejects.toMatchObject(forbidden);
    const first = await carryOutRemovals(world.by(job), connector);
    expect(first).toMatchObject({ accepted: 0 });
    expect(first.failed.map((one) => one.message)).toContain('429 Too Many Requests');
    expect(await removalOf(campaignId)).toMatchObject({ state: 'requested' });
    working = true;
    expect((await carryOutRemovals(world.by(job), connector)).accepted).toBeGreaterThan(0);
    expect(gone).toBe(true);
    await advanceRemovals(world.by(job));
    expect(await states(campaignId)).toEqual(['requested', 'accepted', 'absent_on_reread']);
  });

  it('gets an order again whose removal did not last, for what the source gives in its place', async () => {
    const { campaignId, itemId, reader, contributor } = await imported();
    await decideItem(world.as('grace'), { itemId, choice: 'revoke', reason: 'not needed' });
    const again = { ...contributor, externalId: `${contributor.externalId}-again` };
    const ordered: (string | null)[] = [];
    let gives: readonly ReadGrant[] = [reader, again];
    const connector: Connector = {
      source: 'azure-rbac',
      remove: async (order) => {
        if (order.agent === contributor.agent) ordered.push(order.externalId);
        if (order.externalId === again.externalId) gives = [reader];
        return { reference: `op-${ordered.length}`, sentence: 'deleted' };
      },
      read: async () => {
        world.clock.advance(60_000);
        return { source: 'azure-rbac', readAt: world.clock.now(), grants: gives };
      },
    };
    const round = async () => {
      await carryOutRemovals(world.by(job), connector);
      await advanceRemovals(world.by(job));
    };
    await round();
    expect(await removalOf(campaignId)).toMatchObject({ state: 'ineffective' });
    for (let times = 0; times < 2; times += 1) await round();
    expect(ordered).toEqual([contributor.externalId, again.externalId]);
    expect(await states(campaignId)).toEqual([
      'requested',
      'accepted',
      'ineffective',
      'accepted',
      'absent_on_reread',
    ]);
  });
});
