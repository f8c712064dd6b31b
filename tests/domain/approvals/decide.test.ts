import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  approvalState,
  approveRequest,
  cancelOpenRequests,
  decideAsSandbox,
  denyRequest,
  getApproval,
  listApprovals,
  requestApproval,
} from '#lib/approvals/index';
import { newId } from '#lib/core/ids';
import { transaction } from '#lib/db/transaction';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';
import { createWorld, job, sandbox, type World, worker } from '../reviews/world.ts';
import { heldDelete } from './held.ts';

let database: ControlDatabase;
let world: World;
let grantId: string;
let sessionId: string;

beforeAll(async () => {
  database = await createControlDatabase();
  world = await createWorld(database.db);
  grantId = await world.addGrant({});
});
afterAll(() => database.drop());
beforeEach(async () => {
  sessionId = await world.addSession({ grantIds: [grantId] });
});

const gateway = () => world.by(worker);
let serial = 0;
async function held(changes: Parameters<typeof heldDelete>[2] = {}) {
  serial += 1;
  const text = changes.text ?? `DELETE FROM orders WHERE id < ${serial}`;
  return requestApproval(gateway(), heldDelete(world, sessionId, { text, ...changes }));
}
const actionsOf = async (id: string) =>
  (await world.db.ledgerEntry.findMany({ where: { subjectId: id }, orderBy: { id: 'asc' } })).map(
    (entry) => entry.action,
  );

describe('an answer', () => {
  it('approves what was shown, and leaves its entries', async () => {
    const request = await held();
    const state = await approveRequest(world.as('barbara'), { id: request.id, dwellMs: 8_000 });
    expect(state).toMatchObject({ state: 'approved', decidedBy: 'barbara', ticket: request.ticket });
    expect((await actionsOf(request.id)).sort()).toEqual(['approval.approved', 'approval.requested']);
    const view = await getApproval(world.as('barbara'), request.ticket);
    expect(view.answers).toMatchObject([{ answer: 'approve', dwellMs: 8_000, by: { name: 'barbara' } }]);
  });

  it('denies with a reason that the agent receives', async () => {
    const request = await held();
    await expect(denyRequest(world.as('alan'), { id: request.id, reason: '  ' })).rejects.toMatchObject({
      code: 'invalid',
    });
    await denyRequest(world.as('alan'), { id: request.id, reason: 'not during the sale' });
    expect(await approvalState(gateway(), request.id)).toMatchObject({
      state: 'denied',
      reason: 'not during the sale',
      decidedBy: 'alan',
    });
  });

  it('is taken once', async () => {
    const request = await held();
    await approveRequest(world.as('barbara'), { id: request.id });
    await expect(approveRequest(world.as('alan'), { id: request.id })).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(denyRequest(world.as('barbara'), { id: request.id, reason: 'x' })).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('is refused from other roles, other groups and for what does not exist', async () => {
    const request = await held();
    for (const name of ['grace', 'edsger', 'linus'] as const) {
      await expect(approveRequest(world.as(name), { id: request.id })).rejects.toMatchObject({
        code: 'forbidden',
      });
    }
    const other = await held({ groups: ['security'] });
    await expect(approveRequest(world.as('barbara'), { id: other.id })).rejects.toMatchObject({
      code: 'forbidden',
    });
    const unknown = newId('approval');
    await expect(approveRequest(world.as('barbara'), { id: unknown })).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(approveRequest(world.as('barbara'), { id: "' OR 1=1" })).rejects.toMatchObject({
      code: 'invalid',
    });
    await expect(approveRequest(gateway(), { id: request.id })).rejects.toMatchObject({ code: 'forbidden' });
    expect(await approvalState(gateway(), request.id)).toMatchObject({ state: 'pending' });
  });

  it('comes too late after the time is over', async () => {
    const request = await held({ ttlSeconds: 1 });
    world.clock.advance(1_000);
    await expect(approveRequest(world.as('barbara'), { id: request.id })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('time is over'),
    });
    expect(await approvalState(gateway(), request.id)).toMatchObject({ state: 'expired' });
  });
});

describe('where the rule names no group', () => {
  it('any approver answers, or only the resource’s own groups once it has some', async () => {
    const open = await held({ groups: [] });
    await expect(approveRequest(world.as('edsger'), { id: open.id })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await approveRequest(world.as('barbara'), { id: open.id });
    const owned = { resourceId: world.resourceId, groupId: world.groups.security };
    await world.db.resourceGroup.create({ data: owned });
    const request = await held({ groups: [] });
    const mine = await listApprovals(world.as('barbara'), { tab: 'mine' });
    expect(mine.rows.map((row) => row.id)).not.toContain(request.id);
    await expect(approveRequest(world.as('barbara'), { id: request.id })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await world.db.groupPerson.create({ data: { groupId: world.groups.security, personId: world.ids.alan } });
    await approveRequest(world.as('alan'), { id: request.id });
    await world.db.groupPerson.deleteMany({
      where: { groupId: world.groups.security, personId: world.ids.alan },
    });
    await world.db.resourceGroup.deleteMany({ where: owned });
  });
});

describe('independence', () => {
  it('keeps the owner, sponsor, grant creator, requester and the person in the token out', async () => {
    const agentId = await world.addAgent(`agent-${newId('agent')}`, 'barbara', 'alan');
    await world.addGrant({ agentId, createdBy: 'ada' });
    const own = await world.addSession({ agentId, owner: 'barbara' });
    const request = await requestApproval(gateway(), heldDelete(world, own, { agentId }));
    await expect(approveRequest(world.as('barbara'), { id: request.id })).rejects.toThrow("agent's owner");
    await expect(approveRequest(world.as('alan'), { id: request.id })).rejects.toThrow("agent's sponsor");
    await expect(denyRequest(world.as('alan'), { id: request.id, reason: 'x' })).rejects.toThrow('sponsor');

    const created = await world.addAgent(`agent-${newId('agent')}`, null);
    await world.addGrant({ agentId: created, createdBy: 'margaret' });
    const second = await world.addSession({ agentId: created, owner: null });
    const byCreator = await requestApproval(gateway(), heldDelete(world, second, { agentId: created }));
    await expect(approveRequest(world.as('margaret'), { id: byCreator.id })).rejects.toThrow(
      'creator of a grant',
    );

    const claimed = await world.addSession({ claims: { sub: 'migrator', email: 'BARBARA@example.com' } });
    const named = await requestApproval(
      gateway(),
      heldDelete(world, claimed, { text: 'DELETE FROM payments' }),
    );
    await expect(approveRequest(world.as('barbara'), { id: named.id })).rejects.toThrow(
      'named in the session',
    );
    await approveRequest(world.as('alan'), { id: named.id });
  });

  it('counts the owner at the time of the session, also after the agent changed hands', async () => {
    const agentId = await world.addAgent(`agent-${newId('agent')}`, 'barbara');
    await world.addGrant({ agentId });
    const own = await world.addSession({ agentId, owner: 'barbara' });
    const request = await requestApproval(gateway(), heldDelete(world, own, { agentId }));
    await world.db.agent.update({ where: { id: agentId }, data: { ownerId: world.ids.ada } });
    await expect(approveRequest(world.as('barbara'), { id: request.id })).rejects.toThrow("agent's owner");
  });

  it('keeps out who left', async () => {
    const request = await held();
    await world.db.person.update({ where: { id: world.ids.alan }, data: { leftAt: new Date() } });
    await expect(approveRequest(world.as('alan'), { id: request.id })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await world.db.person.update({ where: { id: world.ids.alan }, data: { leftAt: null } });
  });
});

describe('a quorum', () => {
  it('waits for enough different persons', async () => {
    const request = await held({ quorum: 2 });
    expect(await approveRequest(world.as('barbara'), { id: request.id })).toMatchObject({ state: 'pending' });
    await expect(approveRequest(world.as('barbara'), { id: request.id })).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(await approveRequest(world.as('alan'), { id: request.id })).toMatchObject({ state: 'approved' });
  });

  it('needs every group that the rule names, each by a person of its own', async () => {
    await world.db.groupPerson.create({ data: { groupId: world.groups.security, personId: world.ids.alan } });
    const request = await held({ groups: ['dba', 'security'] });
    expect(await approveRequest(world.as('alan'), { id: request.id })).toMatchObject({ state: 'pending' });
    expect(await approveRequest(world.as('barbara'), { id: request.id })).toMatchObject({
      state: 'approved',
    });
    await world.db.groupPerson.deleteMany({
      where: { groupId: world.groups.security, personId: world.ids.alan },
    });
  });

  it('ends with one denial', async () => {
    const request = await held({ quorum: 2 });
    await approveRequest(world.as('barbara'), { id: request.id });
    await denyRequest(world.as('alan'), { id: request.id, reason: 'no' });
    await expect(approveRequest(world.as('margaret'), { id: request.id })).rejects.toMatchObject({
      code: 'conflict',
    });
  });
});

describe('what changed meanwhile', () => {
  it('refuses to approve after a cut, a suspension and the end of the grants', async () => {
    const agentId = await world.addAgent(`agent-${newId('agent')}`);
    const grant = await world.addGrant({ agentId });
    const own = await world.addSession({ agentId });
    const request = await requestApproval(gateway(), heldDelete(world, own, { agentId }));
    const approve = () => approveRequest(world.as('barbara'), { id: request.id });

    await world.db.session.update({ where: { id: own }, data: { state: 'cut' } });
    await expect(approve()).rejects.toThrow('was cut');
    await world.db.session.update({ where: { id: own }, data: { state: 'closed' } });
    await world.db.agent.update({ where: { id: agentId }, data: { state: 'suspended' } });
    await expect(approve()).rejects.toThrow('suspended');
    await world.db.agent.update({ where: { id: agentId }, data: { state: 'active' } });
    await world.db.grant.update({ where: { id: grant }, data: { state: 'revoked' } });
    await world.addGrant({ agentId, source: 'azure-rbac' });
    await expect(approve()).rejects.toThrow('no grant');
  });

  it('cancels what waits and what was approved, in the revoking transaction', async () => {
    const [waits, approved] = [await held(), await held()];
    await approveRequest(world.as('barbara'), { id: approved.id });
    const count = await transaction(world.db, (tx) =>
      cancelOpenRequests(tx, world.by(job), { sessionId }, 'the grant was revoked'),
    );
    expect(count).toBe(2);
    for (const request of [waits, approved]) {
      expect(await approvalState(gateway(), request.id)).toMatchObject({ state: 'cancelled' });
      expect(await actionsOf(request.id)).toContain('approval.cancelled');
    }
    await expect(approveRequest(world.as('alan'), { id: waits.id })).rejects.toMatchObject({
      code: 'conflict',
    });
  });
});

describe('the sandbox', () => {
  it('decides as itself, and only where there is one', async () => {
    const request = await held();
    const decision = { id: request.id, answer: 'approve', reason: 'demo' } as const;
    await expect(decideAsSandbox(world.by(sandbox), decision, { sandbox: false })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(decideAsSandbox(world.as('barbara'), decision, { sandbox: true })).rejects.toMatchObject({
      code: 'forbidden',
    });
    expect(await decideAsSandbox(world.by(sandbox), decision, { sandbox: true })).toMatchObject({
      state: 'approved',
      decidedBy: 'the sandbox',
    });
    const view = await getApproval(world.as('barbara'), request.id);
    expect(view.answers).toMatchObject([{ by: null, actorKind: 'sandbox' }]);
  });
});
