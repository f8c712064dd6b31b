import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  absencesOf,
  approvalState,
  approveRequest,
  approverHealth,
  breakGlass,
  breakGlassGroup,
  delegateApprovals,
  denyRequest,
  endDelegation,
  escalateUnanswered,
  getApproval,
  listApprovals,
  requestApproval,
  useApproval,
} from '#lib/approvals/index';
import { newId } from '#lib/core/ids';
import { listFindings } from '#lib/findings/index';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';
import { createWorld, job, type PersonName, type World, worker } from '../reviews/world.ts';
import { heldDelete } from './held.ts';

let database: ControlDatabase;
let world: World;
let sessionId: string;
let serial = 0;
beforeAll(async () => {
  database = await createControlDatabase();
  world = await createWorld(database.db);
  const grantId = await world.addGrant({});
  sessionId = await world.addSession({ grantIds: [grantId] });
  const id = newId('group');
  await world.db.group.create({ data: { id, name: breakGlassGroup } });
  await world.db.groupPerson.createMany({
    data: (['radia', 'ada'] as const).map((name) => ({ groupId: id, personId: world.ids[name] })),
  });
});
afterAll(() => database.drop());

const now = () => world.clock.now();
const forbidden = { code: 'forbidden' };
async function held(changes: Parameters<typeof heldDelete>[2] = {}): Promise<string> {
  serial += 1;
  const text = `DELETE FROM orders WHERE id = ${serial}`;
  return (await requestApproval(world.by(worker), heldDelete(world, sessionId, { text, ...changes }))).id;
}

describe('break-glass', () => {
  const reason = 'Production is down, INC-900; nobody of dba answers.';

  it('approves alone past groups and quorum, louder in the ledger, with a finding', async () => {
    const id = await held({ quorum: 2 });
    const state = await breakGlass(world.as('radia'), { id, reason, signedInAt: now() });
    expect(state).toMatchObject({ state: 'approved', decidedBy: 'radia', reason });
    expect(await useApproval(world.by(worker), { id, sessionId, seq: 9 })).toBe(true);
    const [entry] = await world.db.ledgerEntry.findMany({ where: { action: 'approval.broke-glass' } });
    expect(entry).toMatchObject({ subjectId: id, payload: { reason, quorum: 2, groups: ['dba'] } });
    expect(entry?.summary).toMatch(/^BREAK GLASS/);
    const { rows } = await listFindings(world.as('linus'), { kind: 'break-glass' });
    expect(rows).toMatchObject([{ state: 'open', subject: { id } }]);
    const { answers } = await getApproval(world.as('barbara'), id);
    expect(answers).toMatchObject([{ by: { name: 'radia' }, breakGlass: true }]);
  });

  it('is for its group, freshly signed in, with a reason, and never for one’s own', async () => {
    const id = await held();
    for (const name of ['barbara', 'margaret', 'linus'] as const) {
      await expect(breakGlass(world.as(name), { id, reason, signedInAt: now() }), name).rejects.toMatchObject(
        forbidden,
      );
    }
    const old = new Date(now().getTime() - 6 * 60_000);
    await expect(breakGlass(world.as('radia'), { id, reason, signedInAt: old })).rejects.toThrow('Sign in');
    await expect(
      breakGlass(world.as('radia'), { id, reason: 'urgent', signedInAt: now() }),
    ).rejects.toMatchObject({ code: 'invalid' });
    // Ada owns the agent: an emergency is no exception to independence.
    await expect(breakGlass(world.as('ada'), { id, reason, signedInAt: now() })).rejects.toThrow(
      'independent',
    );
    await denyRequest(world.as('barbara'), { id, reason: 'no' });
    await expect(breakGlass(world.as('radia'), { id, reason, signedInAt: now() })).rejects.toMatchObject({
      code: 'conflict',
    });
  });
});

describe('what is high risk', () => {
  it('is approved only after a fresh sign-in; denying needs none', async () => {
    const card = { ...heldDelete(world, sessionId).card, actions: ['schema'] };
    const id = await held({ card });
    expect(await getApproval(world.as('barbara'), id)).toMatchObject({ highRisk: true });
    await expect(approveRequest(world.as('barbara'), { id })).rejects.toThrow('sign in again');
    for (const minutes of [6, -1]) {
      const signedInAt = new Date(now().getTime() - minutes * 60_000);
      await expect(approveRequest(world.as('barbara'), { id, signedInAt })).rejects.toMatchObject(forbidden);
    }
    expect(await approveRequest(world.as('barbara'), { id, signedInAt: now() })).toMatchObject({
      state: 'approved',
    });
    const other = await held({ card: { ...card, actions: ['write'], hasWhere: false } });
    await denyRequest(world.as('barbara'), { id: other, reason: 'all rows' });
    expect(await getApproval(world.as('barbara'), await held())).toMatchObject({ highRisk: false });
  });
});

describe('delegation while away', () => {
  const hour = 3_600_000;
  const away = (by: PersonName, to: PersonName, hours = 24, reason = 'on leave') =>
    delegateApprovals(world.as(by), {
      toPersonId: world.ids[to],
      from: now(),
      until: new Date(now().getTime() + hours * hour),
      reason,
    });

  it('lets another approver stand in the groups, in their own name, for that time', async () => {
    // Somebody who approves, and is in no group.
    await world.db.groupPerson.deleteMany({ where: { personId: world.ids.alan } });
    const first = await held();
    await expect(approveRequest(world.as('alan'), { id: first })).rejects.toMatchObject(forbidden);
    const { id: absenceId } = await away('barbara', 'alan');
    expect(await absencesOf(world.as('alan'))).toMatchObject([{ person: { name: 'barbara' }, active: true }]);
    const { rows } = await listApprovals(world.as('alan'), { tab: 'mine' });
    expect(rows.some((row) => row.id === first && row.mayDecide)).toBe(true);
    expect(await approveRequest(world.as('alan'), { id: first })).toMatchObject({ decidedBy: 'alan' });
    const [entry] = await world.db.ledgerEntry.findMany({
      where: { action: 'approval.approved', subjectId: first },
    });
    expect(entry).toMatchObject({ actorName: 'alan', payload: { onBehalfOf: [world.ids.barbara] } });
    await endDelegation(world.as('barbara'), { absenceId });
    const second = await held();
    await expect(approveRequest(world.as('alan'), { id: second })).rejects.toMatchObject(forbidden);
    await away('barbara', 'alan', 1);
    world.clock.advance(2 * hour);
    const third = await held();
    await expect(approveRequest(world.as('alan'), { id: third })).rejects.toMatchObject(forbidden);
  });

  it('counts one person once, and hands nothing on twice', async () => {
    const id = await held({ quorum: 2 });
    await away('barbara', 'margaret');
    expect(await approveRequest(world.as('margaret'), { id })).toMatchObject({ state: 'pending' });
    await expect(approveRequest(world.as('margaret'), { id })).rejects.toMatchObject({ code: 'conflict' });
    // Margaret stands for Barbara; Alan for Margaret gets Margaret's own groups, not Barbara's.
    await world.db.groupPerson.deleteMany({ where: { personId: world.ids.margaret } });
    await away('margaret', 'alan');
    const next = await held();
    await expect(approveRequest(world.as('alan'), { id: next })).rejects.toMatchObject(forbidden);
    await world.db.groupPerson.create({
      data: { groupId: world.groups.dba, personId: world.ids.margaret },
    });
  });

  it('refuses who is no approver, oneself, and times that are over or too long', async () => {
    await expect(away('grace', 'alan')).rejects.toMatchObject(forbidden);
    await expect(away('barbara', 'grace')).rejects.toMatchObject({ code: 'conflict' });
    await expect(away('barbara', 'barbara')).rejects.toMatchObject({ code: 'invalid' });
    await expect(away('barbara', 'alan', -1)).rejects.toMatchObject({ code: 'invalid' });
    await expect(away('barbara', 'alan', 24 * 61)).rejects.toMatchObject({ code: 'invalid' });
    const { id: absenceId } = await away('barbara', 'alan');
    await expect(endDelegation(world.as('alan'), { absenceId })).rejects.toMatchObject({ code: 'not_found' });
    await endDelegation(world.as('ada'), { absenceId });
    await expect(endDelegation(world.as('barbara'), { absenceId })).rejects.toMatchObject({
      code: 'conflict',
    });
  });
});

describe('when nobody answers', () => {
  it('says so once at half of the time, and gives nobody a new right', async () => {
    await world.db.approvalRequest.updateMany({ where: { state: 'pending' }, data: { state: 'cancelled' } });
    const id = await held({ ttlSeconds: 900 });
    world.clock.advance(449_000);
    expect(await escalateUnanswered(world.by(job))).toBe(0);
    world.clock.advance(1_000);
    const both = await Promise.all([escalateUnanswered(world.by(job)), escalateUnanswered(world.by(job))]);
    expect(both[0] + both[1]).toBe(1);
    expect(await getApproval(world.as('barbara'), id)).toMatchObject({ escalatedAt: now() });
    await expect(approveRequest(world.as('ada'), { id })).rejects.toMatchObject(forbidden);
    await expect(escalateUnanswered(world.as('ada'))).rejects.toMatchObject(forbidden);
    expect(await approvalState(world.by(worker), id)).toMatchObject({ state: 'pending' });
  });
});

describe('approver health', () => {
  it('counts answers, time and haste by person and by rule', async () => {
    const from = now();
    const first = await held();
    const second = await held();
    world.clock.advance(10_000);
    await approveRequest(world.as('barbara'), { id: first, dwellMs: 1_200 });
    await denyRequest(world.as('barbara'), { id: second, reason: 'no', dwellMs: 9_000 });
    await held();
    world.clock.advance(1);
    const health = await approverHealth(world.as('linus'), { from, to: now() });
    const figures = {
      answers: 2,
      approved: 1,
      denied: 1,
      approveRate: 0.5,
      fast: 1,
      medianMsToDecide: 10_000,
    };
    expect(health.people).toMatchObject([{ person: { name: 'barbara' }, medianDwellMs: 5_100, ...figures }]);
    expect(health.rules).toMatchObject([{ rule: 'hold-production-writes', asked: 3, ...figures }]);
    for (const name of ['barbara', 'grace'] as const) {
      await expect(approverHealth(world.as(name), { from, to: now() })).rejects.toMatchObject(forbidden);
    }
    expect(await approverHealth(world.as('ada'), { from: new Date(0), to: new Date(1) })).toEqual({
      people: [],
      rules: [],
    });
  });
});
