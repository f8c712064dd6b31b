import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acceptFinding, findAll, listFindings, openFinding, resolveFinding } from '#lib/findings/index';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';
import { createWorld, job, type World } from '../reviews/world.ts';

let database: ControlDatabase;
let world: World;

beforeEach(async () => {
  database = await createControlDatabase();
  world = await createWorld(database.db);
});
afterEach(() => database.drop());

const open = async () => (await listFindings(world.as('linus'), { state: 'open' })).rows;

describe('the finders', () => {
  it('open what is so, once, and resolve what no longer is', async () => {
    const ownerless = await world.addAgent('ownerless', null);
    await world.addAgent('alans', 'alan');
    await world.db.person.update({ where: { id: world.ids.alan }, data: { leftAt: new Date() } });
    await world.addGrant({ agentId: ownerless });
    const sessionId = await world.addSession({});
    await world.db.statement.create({
      data: {
        sessionId,
        seq: 4,
        at: new Date(world.clock.now().getTime() - 1_000),
        agentId: world.agentId,
        resourceId: world.resourceId,
        tag: 'DELETE',
        text: 'x',
        decision: 'allow',
        outcome: 'unknown',
      },
    });
    expect(await findAll(world.by(job))).toEqual({ opened: 4, resolved: 0 });
    expect(await findAll(world.by(job))).toEqual({ opened: 0, resolved: 0 });
    expect((await open()).map((one) => [one.kind, one.subject.name]).sort()).toEqual([
      ['agent-without-owner', 'ownerless'],
      ['grant-never-used', 'ownerless on shop'],
      ['owner-left', 'alans'],
      ['unknown-outcome', 'migrator on shop'],
    ]);
    await world.db.agent.update({ where: { id: ownerless }, data: { ownerId: world.ids.ada } });
    expect(await findAll(world.by(job))).toEqual({ opened: 0, resolved: 1 });
    expect(await world.db.ledgerEntry.count({ where: { action: 'finding.opened' } })).toBe(4);
    expect(await world.db.ledgerEntry.count({ where: { action: 'finding.resolved' } })).toBe(1);
  });
});

describe('settling', () => {
  async function found() {
    const finding = {
      kind: 'agent-without-owner',
      subjectKind: 'agent',
      subjectId: world.agentId,
      summary: 'x',
    };
    return (await openFinding(world.by(job), finding)).id;
  }

  it('accepts with a reason until an end, then finds it again', async () => {
    const id = await found();
    await acceptFinding(world.as('linus'), { id, reason: 'known' });
    expect(await open()).toEqual([]);
    const finding = {
      kind: 'agent-without-owner',
      subjectKind: 'agent',
      subjectId: world.agentId,
      summary: 'x',
    };
    await expect(openFinding(world.by(job), finding)).rejects.toBeDefined();
    world.clock.advance(91 * 86_400_000);
    expect(await openFinding(world.by(job), finding)).toMatchObject({ opened: true });
  });

  it('is refused to owners, other roles, twice, and without a reason', async () => {
    const id = await found();
    await expect(acceptFinding(world.as('ada'), { id, reason: 'mine' })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(acceptFinding(world.as('barbara'), { id, reason: 'x' })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(acceptFinding(world.as('linus'), { id, reason: ' ' })).rejects.toMatchObject({
      code: 'invalid',
    });
    await expect(acceptFinding(world.as('linus'), { id: 'fnd_no', reason: 'x' })).rejects.toMatchObject({
      code: 'not_found',
    });
    await resolveFinding(world.as('linus'), { id, reason: 'has one now' });
    await expect(resolveFinding(world.as('margaret'), { id, reason: 'x' })).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('shows owners their own, and hides the list from who has no role', async () => {
    await found();
    const own = await world.addAgent('graces', 'grace');
    await openFinding(world.by(job), {
      kind: 'k',
      subjectKind: 'agent',
      subjectId: own,
      summary: 'about graces',
    });
    const { rows } = await listFindings(world.as('grace'));
    expect(rows.map((one) => one.summary)).toEqual(['about graces']);
    await expect(listFindings(world.as('edsger'))).rejects.toMatchObject({ code: 'forbidden' });
    const first = await listFindings(world.as('linus'), { limit: 1 });
    const second = await listFindings(world.as('linus'), { limit: 1, cursor: first.nextCursor ?? '' });
    expect(new Set([...first.rows, ...second.rows].map((one) => one.id)).size).toBe(2);
  });
});
