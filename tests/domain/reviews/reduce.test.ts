import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from '#lib/core/canonical-json';
import { createMask } from '#lib/resources/index';
import { advanceRemovals, decideItem, proposeReduction, replay, tieOut } from '#lib/reviews/index';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';
import { addCatalog, dayMs, itemOf, launched } from './campaign.ts';
import { createWorld, job, type World } from './world.ts';

let database: ControlDatabase;
let world: World;

beforeEach(async () => {
  database = await createControlDatabase();
  world = await createWorld(database.db);
});
afterEach(() => database.drop());

describe('reducing', () => {
  async function recorded(grant: string, sessionId: string, seq: number, table: string, action = 'read') {
    // As a gateway keeps them.
    const facts = {
      tag: 'SELECT',
      requests: [
        {
          action,
          member: action === 'read' ? 'select' : 'update',
          kind: 'table',
          object: `public.${table}`,
        },
      ],
      attributes: {},
      functions: [],
      columns: [{ column: `public.${table}.id`, use: 'output', where: 'the result' }],
      outputs: [{ name: 'id', kind: 'column', from: [`public.${table}.id`] }],
      outputsUnknown: false,
      refusals: [],
      unresolved: [],
    };
    const digest = digestOf(facts);
    await world.db.statementFacts.createMany({ data: [{ digest, facts }], skipDuplicates: true });
    await world.db.statement.create({
      data: {
        sessionId,
        seq,
        at: new Date(world.clock.now().getTime() - dayMs),
        agentId: world.agentId,
        resourceId: world.resourceId,
        tag: 'SELECT',
        text: `SELECT 1 FROM ${table}`,
        decision: 'allow',
        outcome: 'completed',
        grantIds: [grant],
        factsDigest: digest,
      },
    });
    await world.db.$executeRaw`
      INSERT INTO usage (grant_id, day, action, object, used, last_at, last_session_id, last_seq)
      VALUES (${grant}, current_date, ${action}, ${`public.${table}`}, 1, now(), ${sessionId}, ${seq})
      ON CONFLICT (grant_id, day, action, object) DO UPDATE SET used = usage.used + 1`;
  }

  it('proposes the smallest grant that covers what was used, proven by replay, and carries it out', async () => {
    await addCatalog(world, ['orders', 'customers', 'payments']);
    await createMask(world.as('ada'), {
      resourceId: world.resourceId,
      column: 'public.customers.ssn',
      kind: 'fixed',
      lookup: 'none',
    });
    const grant = await world.addGrant({ actions: ['read', 'write'], scope: ['public.*'] });
    const sessionId = await world.addSession({
      grantIds: [grant],
      startedAt: new Date(world.clock.now().getTime() - dayMs),
    });
    for (const [seq, table] of ['orders', 'orders', 'customers', 'orders'].entries()) {
      await recorded(grant, sessionId, seq + 1, table);
    }
    await world.db.$executeRaw`UPDATE usage SET day = ${new Date(world.clock.now().getTime() - dayMs)}::date`;
    const campaignId = await launched(world);
    const { id: itemId } = await itemOf(world, campaignId, grant);
    const proposal = await proposeReduction(world.as('grace'), { itemId });
    expect(proposal).toMatchObject({
      terms: { actions: ['read'], scope: ['public.customers', 'public.orders'] },
      droppedActions: ['write'],
      replay: {
        statements: 4,
        distinct: 2,
        refused: 0,
        sentence: '4 statements replayed, 0 would have been refused',
      },
    });
    expect(await proposeReduction(world.as('grace'), { itemId, generalisation: 'schema' })).toMatchObject({
      terms: { actions: ['read'], scope: ['public.*'] },
    });
    const tight = { actions: ['read'], scope: ['public.customers'] } as const;
    const refused = await replay(world.as('grace'), { itemId, terms: tight });
    expect(refused).toMatchObject({ statements: 4, refused: 3 });
    expect(refused.refusals).toMatchObject([{ count: 3, link: { sessionId }, text: 'SELECT 1 FROM orders' }]);
    await expect(
      decideItem(world.as('grace'), { itemId, choice: 'reduce', reducedTo: tight }),
    ).rejects.toThrow('3 recorded statements');

    const done = await decideItem(world.as('grace'), {
      itemId,
      choice: 'reduce',
      reducedTo: { actions: ['read'], scope: ['public.customers', 'public.orders'] },
    });
    expect(done.state).toBe('reduced');
    const smaller = await world.db.grant.findFirstOrThrow({ where: { replacesId: grant } });
    expect(smaller).toMatchObject({ state: 'active', actions: ['read'], createdById: world.ids.ada });
    await advanceRemovals(world.by(job));
    expect(await tieOut(world.as('linus'), campaignId)).toMatchObject({ ties: true, denied: 1, removed: 1 });
    await expect(decideItem(world.as('grace'), { itemId, choice: 'approve', reason: 'x' })).rejects.toThrow(
      'reduced',
    );
    expect(
      await decideItem(world.as('grace'), { itemId, choice: 'revoke', reason: 'gone after all' }),
    ).toMatchObject({
      state: 'revoked',
    });
    expect(await world.db.grant.findUnique({ where: { id: smaller.id } })).toMatchObject({
      state: 'revoked',
    });
  });
});
