import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createGrant,
  endDueGrants,
  getGrant,
  importGrants,
  previewRevoke,
  type ReadGrant,
  reGrant,
  revokeGrant,
} from '#lib/grants/index';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';
import { addCatalog } from '../reviews/campaign.ts';
import { createWorld, job, type World } from '../reviews/world.ts';

let database: ControlDatabase;
let world: World;
let serial = 0;
beforeAll(async () => {
  database = await createControlDatabase();
  world = await createWorld(database.db);
  await addCatalog(world, ['customers', 'orders']);
});
afterAll(() => database.drop());

/** A Reader assignment of a new agent, as Azure has it. */
async function reader(): Promise<ReadGrant & { agentId: string }> {
  serial += 1;
  const agent = `cloud-${serial}`;
  return {
    agentId: await world.addAgent(agent),
    externalId: `/roleAssignments/${serial}`,
    agent,
    resource: 'shop',
    actions: ['read'],
    scope: ['public.*'],
    reason: 'Reader',
  };
}

async function read(...grants: readonly ReadGrant[]) {
  world.clock.advance(60_000);
  const terms = grants.map(({ externalId, agent, resource, actions, scope, reason, endsAt }) => ({
    ...{ externalId, agent, resource, actions, scope, reason },
    ...(endsAt ? { endsAt } : {}),
  }));
  return importGrants(world.as('ada'), { source: 'azure-rbac', readAt: world.clock.now(), grants: terms });
}

const standing = (agentId: string) =>
  world.db.grant.findMany({ where: { agentId }, orderBy: { createdAt: 'asc' } });

describe('a grant that was read elsewhere', () => {
  it('stands in the way of no grant here, nor of taking a revoke back', async () => {
    const theirs = await reader();
    await read(theirs);
    const { agentId, scope } = theirs;
    const wanted = {
      agentId,
      resourceId: world.resourceId,
      scope: [...scope],
      reason: 'reports',
      endsAt: null,
    };
    const { id } = await createGrant(world.as('ada'), { ...wanted, actions: ['read'] });
    await expect(createGrant(world.as('ada'), { ...wanted, actions: ['read'] })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(id),
    });
    await revokeGrant(world.as('ada'), { grantId: id, reason: 'a slip' });
    expect(await reGrant(world.as('ada'), { grantId: id })).toMatchObject({ id: expect.any(String) });
  });

  it('keeps nothing that a revoke here takes, and is not among what it takes', async () => {
    const theirs = await reader();
    await read(theirs);
    const own = await world.addGrant({ agentId: theirs.agentId, actions: ['read'], scope: ['public.*'] });
    expect(await previewRevoke(world.as('ada'), [own])).toMatchObject({ grants: 1, tablesLost: 2 });
    const [imported] = await standing(theirs.agentId).then((all) => all.filter((one) => one.externalId));
    expect(await previewRevoke(world.as('ada'), [own, imported?.id ?? ''])).toMatchObject({ grants: 1 });
  });

  it('is ended by a reading alone, however long its end is past', async () => {
    const theirs = { ...(await reader()), endsAt: new Date(world.clock.now().getTime() + 3_600_000) };
    await read(theirs);
    world.clock.advance(2 * 3_600_000);
    expect(await endDueGrants(world.by(job))).toBe(0);
    expect(await read(theirs)).toMatchObject({ added: 0, unchanged: 1 });
    expect(await standing(theirs.agentId)).toMatchObject([{ state: 'active' }]);
    expect(await read()).toMatchObject({ ended: 1 });
    expect(await standing(theirs.agentId)).toMatchObject([{ state: 'ended' }]);
  });

  it('is named in the entry of the reading that changed it, with what took its place', async () => {
    const theirs = await reader();
    await read(theirs);
    const { importId } = await read({ ...theirs, actions: ['read', 'write'] });
    const [old, now] = await standing(theirs.agentId);
    const entry = await world.db.ledgerEntry.findFirstOrThrow({
      where: { action: 'grant.imported', subjectId: importId },
    });
    expect(now).toMatchObject({ replacesId: old?.id });
    expect(entry.payload).toMatchObject({
      changed: 1,
      changedIds: [{ old: old?.id, new: now?.id }],
      addedIds: [],
    });
  });

  it('shows no share of use, where no use is seen', async () => {
    const theirs = await reader();
    await read(theirs);
    const [imported] = await standing(theirs.agentId);
    expect((await getGrant(world.as('ada'), imported?.id ?? '')).permissions).toBeNull();
    const own = await world.addGrant({ agentId: theirs.agentId, actions: ['read'], scope: ['public.*'] });
    expect((await getGrant(world.as('ada'), own)).permissions).toEqual({ used: 0, total: 2 });
  });
});
