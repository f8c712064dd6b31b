import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  approvalState,
  approveRequest,
  cancelApproval,
  cancelOpenRequests,
  denyRequest,
  expireDue,
  findApproved,
  requestApproval,
  useApproval,
} from '#lib/approvals/index';
import { type Db, openDb } from '#lib/db/client';
import { transaction } from '#lib/db/transaction';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';
import { createWorld, job, type World, worker } from '../reviews/world.ts';
import { heldDelete } from './held.ts';

let database: ControlDatabase;
let other: Db;
let world: World;
let sessionId: string;
let serial = 0;

beforeAll(async () => {
  database = await createControlDatabase();
  other = openDb(database.url, 6);
  world = await createWorld(database.db);
  const grantId = await world.addGrant({});
  sessionId = await world.addSession({ grantIds: [grantId] });
});
afterAll(async () => {
  await other.$disconnect();
  await database.drop();
});

const here = () => world.by(worker);
const there = () => world.by(worker, other);
const delivered = (results: PromiseSettledResult<unknown>[]) =>
  results.filter((result) => result.status === 'fulfilled').length;

function statement(changes: Parameters<typeof heldDelete>[2] = {}) {
  serial += 1;
  return heldDelete(world, sessionId, { text: `DELETE FROM orders WHERE id = ${serial}`, ...changes });
}

const rounds = Array.from({ length: 8 }, (_, round) => round);

describe('two at once', () => {
  it.each(rounds)('file one request for one statement (round %i)', async () => {
    const input = statement();
    const states = await Promise.all([
      requestApproval(here(), input),
      requestApproval(there(), input),
      requestApproval(here(), input),
    ]);
    expect(new Set(states.map((state) => state.id)).size).toBe(1);
    expect(
      await world.db.ledgerEntry.count({ where: { subjectId: states[0].id, action: 'approval.requested' } }),
    ).toBe(1);
  });

  it.each(rounds)('approve: one counts (round %i)', async () => {
    const { id } = await requestApproval(here(), statement());
    const results = await Promise.allSettled([
      approveRequest(world.as('barbara'), { id }),
      approveRequest(world.as('alan', other), { id }),
    ]);
    expect(delivered(results)).toBe(1);
    expect(await world.db.approvalAnswer.count({ where: { requestId: id } })).toBe(1);
  });

  it.each(rounds)('approve a quorum of two: both count (round %i)', async () => {
    const { id } = await requestApproval(here(), statement({ quorum: 2 }));
    const results = await Promise.allSettled([
      approveRequest(world.as('barbara'), { id }),
      approveRequest(world.as('alan', other), { id }),
    ]);
    expect(delivered(results)).toBe(2);
    expect(await approvalState(here(), id)).toMatchObject({ state: 'approved' });
  });

  it.each(rounds)('approve and deny: one stands (round %i)', async () => {
    const { id } = await requestApproval(here(), statement());
    const results = await Promise.allSettled([
      approveRequest(world.as('barbara'), { id }),
      denyRequest(world.as('alan', other), { id, reason: 'no' }),
    ]);
    expect(delivered(results)).toBe(1);
    const state = await approvalState(here(), id);
    expect(state?.state).toBe(results[0].status === 'fulfilled' ? 'approved' : 'denied');
  });

  it.each(rounds)('use: once only (round %i)', async () => {
    const { id } = await requestApproval(here(), statement());
    await approveRequest(world.as('barbara'), { id });
    const second = await world.addSession({});
    const used = await Promise.all([
      useApproval(here(), { id, sessionId, seq: 5 }),
      useApproval(there(), { id, sessionId: second, seq: 9 }),
      useApproval(there(), { id, sessionId, seq: 6 }),
    ]);
    expect(used.filter(Boolean)).toHaveLength(1);
    expect(await world.db.ledgerEntry.count({ where: { subjectId: id, action: 'approval.used' } })).toBe(1);
  });

  it.each(rounds)('revoke and approve: nothing usable is left (round %i)', async () => {
    const { id } = await requestApproval(here(), statement());
    await Promise.allSettled([
      approveRequest(world.as('barbara'), { id }),
      transaction(other, (tx) => cancelOpenRequests(tx, world.by(job, other), { sessionId }, 'revoked')),
    ]);
    expect(await approvalState(here(), id)).toMatchObject({ state: 'cancelled' });
    expect(await useApproval(here(), { id, sessionId, seq: 7 })).toBe(false);
  });

  it.each(rounds)('revoke and use: either it ran or it never does (round %i)', async () => {
    const { id } = await requestApproval(here(), statement());
    await approveRequest(world.as('barbara'), { id });
    const [used, cancelled] = await Promise.all([
      useApproval(here(), { id, sessionId, seq: 7 }),
      transaction(other, (tx) => cancelOpenRequests(tx, world.by(job, other), { sessionId }, 'revoked')),
    ]);
    expect(Number(used) + cancelled).toBe(1);
  });

  it.each(rounds)('expire and approve: the end of time wins (round %i)', async () => {
    const { id } = await requestApproval(here(), statement({ ttlSeconds: 2 }));
    world.clock.advance(2_000);
    const [approved] = await Promise.allSettled([
      approveRequest(world.as('barbara'), { id }),
      expireDue(world.by(job, other)),
    ]);
    expect(approved.status).toBe('rejected');
    expect(await approvalState(here(), id)).toMatchObject({ state: 'expired' });
  });
});

describe('an approval', () => {
  it('is found by exactly its binding and used once', async () => {
    const input = statement({ parameters: [{ type: 23, value: '50' }] });
    const { id } = await requestApproval(here(), input);
    const key = { agentId: world.agentId, resourceId: world.resourceId, binding: input.binding, sessionId };
    expect(await findApproved(here(), key)).toBeNull();
    await approveRequest(world.as('barbara'), { id });
    expect(await findApproved(here(), key)).toMatchObject({ id, state: 'approved' });
    const otherParameter = statement({ text: input.text, parameters: [{ type: 23, value: '51' }] });
    expect(await findApproved(here(), { ...key, binding: otherParameter.binding })).toBeNull();
    expect(await findApproved(here(), { ...key, agentId: 'agt_other' })).toBeNull();
    expect(await useApproval(here(), { id, sessionId, seq: 8 })).toBe(true);
    expect(await findApproved(here(), key)).toBeNull();
    expect(await useApproval(here(), { id, sessionId, seq: 9 })).toBe(false);
  });

  it('with repeat covers the same statement again, in the session that used it first', async () => {
    const input = statement({ repeat: true });
    const { id } = await requestApproval(here(), input);
    await approveRequest(world.as('barbara'), { id });
    const key = { agentId: world.agentId, resourceId: world.resourceId, binding: input.binding, sessionId };
    expect(await useApproval(here(), { id, sessionId, seq: 1 })).toBe(true);
    expect(await findApproved(here(), key)).toMatchObject({ id, state: 'used' });
    expect(await useApproval(here(), { id, sessionId, seq: 2 })).toBe(true);
    const second = await world.addSession({});
    expect(await findApproved(here(), { ...key, sessionId: second })).toBeNull();
    expect(await useApproval(here(), { id, sessionId: second, seq: 1 })).toBe(false);
    world.clock.advance(16 * 60_000);
    expect(await findApproved(here(), key)).toBeNull();
    expect(await useApproval(here(), { id, sessionId, seq: 3 })).toBe(false);
  });

  it('is not used after its time, by an ended session, by another agent or while suspended', async () => {
    const { id } = await requestApproval(here(), statement());
    await approveRequest(world.as('barbara'), { id });
    const closed = await world.addSession({ state: 'closed' });
    expect(await useApproval(here(), { id, sessionId: closed, seq: 1 })).toBe(false);
    const stranger = await world.addAgent('stranger');
    const foreign = await world.addSession({ agentId: stranger });
    expect(await useApproval(here(), { id, sessionId: foreign, seq: 1 })).toBe(false);
    await world.db.agent.update({ where: { id: world.agentId }, data: { state: 'suspended' } });
    expect(await useApproval(here(), { id, sessionId, seq: 1 })).toBe(false);
    await world.db.agent.update({ where: { id: world.agentId }, data: { state: 'active' } });
    world.clock.advance(15 * 60_000);
    expect(await useApproval(here(), { id, sessionId, seq: 1 })).toBe(false);
    expect(await expireDue(world.by(job))).toBeGreaterThanOrEqual(1);
    expect(await approvalState(here(), id)).toMatchObject({ state: 'expired' });
  });

  it('asks anew once the first one expired', async () => {
    const input = statement({ ttlSeconds: 1 });
    const first = await requestApproval(here(), input);
    world.clock.advance(1_000);
    const second = await requestApproval(here(), input);
    expect(second.id).not.toBe(first.id);
    expect(await approvalState(here(), first.id)).toMatchObject({ state: 'expired' });
  });

  it('is cancelled by the session that filed it, not by one that joined', async () => {
    const input = statement();
    const { id } = await requestApproval(here(), input);
    const second = await world.addSession({});
    expect(await cancelApproval(here(), { id, reason: 'client left', sessionId: second })).toBe(false);
    expect(await cancelApproval(here(), { id, reason: 'client left', sessionId })).toBe(true);
    expect(await cancelApproval(here(), { id, reason: 'client left' })).toBe(false);
    await expect(cancelApproval(world.as('barbara'), { id, reason: 'x' })).rejects.toMatchObject({
      code: 'forbidden',
    });
  });
});
