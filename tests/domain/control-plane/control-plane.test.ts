import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resumeAgent, suspendAgent } from '#lib/agents/index';
import { newId } from '#lib/core/ids';
import { revokeGrant } from '#lib/grants/index';
import { createMask } from '#lib/resources/index';
import { closeLostWorkers, cutStatus, endSession, reportRefusals } from '#lib/sessions/index';
import type { ControlEvent, ControlPlane, NewSession } from '#proxy/control/control-plane';
import { createControlPlane } from '#proxy/control/prisma-control-plane';
import { testCluster, withSuperuser } from '#tests/support/cluster';
import { type AccessWorld, createAccessWorld } from '../access-world.ts';

let world: AccessWorld;
const planes: ControlPlane[] = [];

beforeAll(async () => {
  world = await createAccessWorld();
});
afterAll(async () => {
  await Promise.all(planes.map((plane) => plane.close()));
  await world.database.drop();
});

async function startWorker() {
  const id = newId('worker');
  const plane = createControlPlane({ url: world.database.url, workerId: id, clock: world.clock });
  planes.push(plane);
  const events: ControlEvent[] = [];
  let wake: () => void = () => {};
  await plane.registerWorker('host', 1);
  await plane.subscribe((event) => {
    events.push(event);
    wake();
  });
  await plane.heartbeat();
  return {
    id,
    plane,
    events,
    async heard(kind: ControlEvent['kind'], subjectId?: string): Promise<ControlEvent> {
      for (;;) {
        const found = events.find(
          (event) =>
            event.kind === kind &&
            (!subjectId || (event.kind === 'cut' && event.cut.subjectId === subjectId)),
        );
        if (found) return found;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

function sessionOf(grantIds: readonly string[]): NewSession {
  return {
    id: newId('session'),
    agentId: world.agentId,
    resourceId: world.resourceId,
    ownerId: world.people.olga.id,
    grantIds,
    issuer: 'http://localhost:4400',
    subject: 'migrator',
    tokenId: 'the-jti',
    claims: { sub: 'migrator' },
    purpose: null,
    clientAddress: '127.0.0.1',
    applicationName: 'psql',
    upstreamUser: 'shop_owner',
    policyVersion: 1,
    startedAt: world.clock.now(),
    expiresAt: new Date(world.clock.now().getTime() + 60_000),
  };
}

const endOf = (id: string) => ({
  id,
  state: 'closed' as const,
  reason: 'closed by the agent',
  endedAt: world.clock.now(),
  statements: 3,
  allowed: 2,
  held: 0,
  denied: 1,
  rowsOut: 7,
  bytesOut: 100,
  maskedFields: 4,
});

describe('what a worker reads', () => {
  test('issuers, agents with their claims, targets, access', async () => {
    const { plane } = await startWorker();
    const grantId = await world.grant(['read'], ['reads.*']);
    expect(await plane.issuers()).toEqual([
      expect.objectContaining({ name: 'local', issuer: 'http://localhost:4400', audience: 'countersign' }),
    ]);
    expect(await plane.agentsOf(world.issuerId)).toEqual([
      expect.objectContaining({ state: 'active', ownerName: 'olga', matchClaims: { sub: 'migrator' } }),
    ]);
    expect(await plane.target('shop')).toMatchObject({ host: '127.0.0.1', port: 5432, tls: 'verify-full' });
    expect(await plane.target('nothing')).toBeNull();
    const access = await plane.access(world.agentId, world.resourceId);
    expect(access.grants).toContainEqual({
      id: grantId,
      actions: ['read'],
      scope: ['reads.*'],
      endsAt: null,
    });
  });

  test('the digest changes with grants and masks, and with nothing else', async () => {
    const { plane } = await startWorker();
    const digest = async () => (await plane.access(world.agentId, world.resourceId)).digest;
    const before = await digest();
    expect(await digest()).toBe(before);
    await createMask(world.by('ada'), { resourceId: world.resourceId, column: 'a.b.c', kind: 'fixed' });
    const masked = await digest();
    expect(masked).not.toBe(before);
    await world.grant(['read'], ['digest.*']);
    expect(await digest()).not.toBe(masked);
  });

  test('a grant that has not begun or has ended is no access', async () => {
    const { plane } = await startWorker();
    const id = await world.grant(['read'], ['brief.*'], new Date(world.clock.now().getTime() + 1_000));
    const has = async () =>
      (await plane.access(world.agentId, world.resourceId)).grants.some((grant) => grant.id === id);
    expect(await has()).toBe(true);
    world.clock.advance(1_000);
    expect(await has()).toBe(false);
  });

  test('a single-use token counts once, whoever asks', async () => {
    const [one, two] = [await startWorker(), await startWorker()];
    const later = new Date(Date.now() + 60_000);
    const answers = await Promise.all(
      [one, two, one, two].map(({ plane }) => plane.claimToken('http://issuer', 'jti-1', later)),
    );
    expect(answers.filter(Boolean)).toHaveLength(1);
  });
});

describe('sessions', () => {
  test('open, with the evidence; the token itself is nowhere', async () => {
    const { plane, id } = await startWorker();
    const session = sessionOf([await world.grant(['read'], ['open.*'])]);
    await plane.openSession(session);
    const row = await world.database.db.session.findUniqueOrThrow({ where: { id: session.id } });
    expect(row).toMatchObject({ state: 'live', workerId: id });
    const [entry] = await world.entries('session.opened', session.id);
    expect(entry?.payload).toMatchObject({
      subject: 'migrator',
      tokenIdSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(JSON.stringify(entry)).not.toContain('the-jti');
    await plane.closeSession(endOf(session.id));
    await plane.closeSession({ ...endOf(session.id), state: 'cut', reason: 'again' });
    expect(await world.database.db.session.findUniqueOrThrow({ where: { id: session.id } })).toMatchObject({
      state: 'closed',
      endReason: 'closed by the agent',
      rowsOut: 7n,
    });
  });

  test('never open for a suspended agent, nor over somebody else’s grant', async () => {
    const { plane } = await startWorker();
    const grantId = await world.grant(['read'], ['barred.*']);
    await suspendAgent(world.by('olga'), { agentId: world.agentId, reason: 'odd' });
    await expect(plane.openSession(sessionOf([grantId]))).rejects.toMatchObject({ code: 'conflict' });
    await resumeAgent(world.by('olga'), { agentId: world.agentId, reason: 'fine' });
    const other = await world.agent(`other${Date.now()}`);
    await expect(plane.openSession({ ...sessionOf([grantId]), agentId: other })).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(plane.openSession(sessionOf([]))).rejects.toMatchObject({ code: 'conflict' });
  });

  test('a revoke and an open at the same moment: refused, or in time to be cut', async () => {
    const { plane } = await startWorker();
    for (let round = 0; round < 10; round += 1) {
      const grantId = await world.grant(['read'], [`race${round}.*`]);
      const session = sessionOf([grantId]);
      const [opened, revoked] = await Promise.allSettled([
        plane.openSession(session),
        revokeGrant(world.by('ada'), { grantId, reason: 'race' }),
      ]);
      expect(revoked.status).toBe('fulfilled');
      if (opened.status === 'rejected') continue;
      const [entry] = await world.database.db.$queryRaw<{ before: boolean }[]>`
        SELECT s.xmin::text::bigint <= c.xmin::text::bigint AS before
        FROM session s, cut c WHERE s.id = ${session.id} AND c.subject_id = ${grantId}`;
      expect(entry).toBeDefined();
    }
  });

  test('a recording is sealed once', async () => {
    const { plane } = await startWorker();
    const session = sessionOf([await world.grant(['read'], ['sealed.*'])]);
    await plane.openSession(session);
    const sealed = {
      sessionId: session.id,
      path: 'x.csrec',
      bytes: 10,
      records: 2,
      blocks: 1,
      digest: 'ab',
      state: 'sealed' as const,
      sealedAt: world.clock.now(),
    };
    await Promise.all([plane.recordingSealed(sealed), plane.recordingSealed(sealed)]);
    expect(await world.entries('session.sealed', session.id)).toHaveLength(1);
  });

  test('of a worker that is gone are closed as interrupted', async () => {
    const { plane, id } = await startWorker();
    const session = sessionOf([await world.grant(['read'], ['orphan.*'])]);
    await plane.openSession(session);
    expect(await closeLostWorkers(world.job())).toBe(0);
    await world.database.db.$executeRaw`
      UPDATE worker SET heartbeat_at = now() - interval '10 minutes' WHERE id = ${id}`;
    expect(await closeLostWorkers(world.job())).toBe(1);
    expect(await world.database.db.session.findUniqueOrThrow({ where: { id: session.id } })).toMatchObject({
      state: 'interrupted',
    });
    // It was only away: what it says counts.
    await plane.closeSession(endOf(session.id));
    expect(await world.database.db.session.findUniqueOrThrow({ where: { id: session.id } })).toMatchObject({
      state: 'closed',
    });
  });
});

describe('what people change is heard', () => {
  test('a cut with its reason before the change of access that it makes', async () => {
    const { events, heard } = await startWorker();
    for (let round = 0; round < 10; round += 1) {
      const grantId = await world.grant(['read'], [`order${round}.*`]);
      await revokeGrant(world.by('ada'), { grantId, reason: 'enough' });
      const cut = events.indexOf(await heard('cut', grantId));
      await expect.poll(() => events.slice(cut).map(({ kind }) => kind)).toContain('access-changed');
    }
  });

  test('a revoke reaches every worker, each confirms, and the status says so', async () => {
    const workers = [await startWorker(), await startWorker()];
    const grantId = await world.grant(['read'], ['heard.*']);
    const { cutId } = await revokeGrant(world.by('ada'), { grantId, reason: 'enough' });
    for (const worker of workers) {
      const event = await worker.heard('cut', grantId);
      expect(event).toMatchObject({
        cut: { id: cutId, subjectKind: 'grant', reason: expect.stringContaining('enough') },
      });
      expect((await worker.plane.openCuts()).map(({ id }) => id)).toContain(cutId);
    }
    const others = planes.filter((plane) => !workers.some((worker) => worker.plane === plane));
    await Promise.all(others.map((plane) => plane.close()));
    planes.splice(0, planes.length, ...workers.map(({ plane }) => plane));
    expect(await cutStatus(world.by('ada'), cutId)).toMatchObject({ confirmed: 0, done: false });
    await workers[0]?.plane.confirmCut(cutId, 2);
    await workers[0]?.plane.confirmCut(cutId, 2);
    expect(await cutStatus(world.by('ada'), cutId)).toMatchObject({
      confirmed: 1,
      sessionsEnded: 2,
      done: false,
    });
    await workers[1]?.plane.confirmCut(cutId, 1);
    expect(await cutStatus(world.by('ada'), cutId)).toMatchObject({
      confirmed: 2,
      sessionsEnded: 3,
      done: true,
    });
    expect((await workers[1]?.plane.openCuts())?.map(({ id }) => id)).not.toContain(cutId);
  });

  test('suspending an agent and ending a session too', async () => {
    const worker = await startWorker();
    const session = sessionOf([await world.grant(['read'], ['ends.*'])]);
    await worker.plane.openSession(session);
    await endSession(world.by('alan'), { sessionId: session.id, reason: 'odd' });
    expect(await worker.heard('cut', session.id)).toMatchObject({ cut: { subjectKind: 'session' } });
    await suspendAgent(world.by('ada'), { agentId: world.agentId, reason: 'odd' });
    expect(await worker.heard('cut', world.agentId)).toMatchObject({ cut: { subjectKind: 'agent' } });
    await resumeAgent(world.by('ada'), { agentId: world.agentId, reason: 'fine' });
  });

  test('a lost subscription is made again, and said', async () => {
    const worker = await startWorker();
    await withSuperuser(testCluster(), world.database.name, (client) =>
      client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'countersign-listener'`,
      ),
    );
    await worker.heard('resubscribed');
    const grantId = await world.grant(['read'], ['again.*']);
    await revokeGrant(world.by('ada'), { grantId, reason: 'after' });
    await worker.heard('cut', grantId);
    await expect(worker.plane.heartbeat()).resolves.toBeUndefined();
  });

  test('a cancel request that reached the wrong worker is heard by the others', async () => {
    const [first, second] = await Promise.all([startWorker(), startWorker()]);
    await first.plane.relayCancel?.('proof');
    expect(await second.heard('cancel')).toEqual({ kind: 'cancel', proof: 'proof' });
  });

  test('garbage on the channel is nobody’s', async () => {
    const worker = await startWorker();
    for (const payload of ['', 'x', '{}', '{"kind":"cut"}', '{"kind":"cut","id":"cut_none"}', '[1]']) {
      await world.database.db.$executeRaw`SELECT pg_notify('countersign', ${payload})`;
    }
    const grantId = await world.grant(['read'], ['noise.*']);
    await revokeGrant(world.by('ada'), { grantId, reason: 'after' });
    await worker.heard('cut', grantId);
  });
});

describe('refusals before authentication', () => {
  test('are counted by source, cause and minute; the ledger gets one entry for each', async () => {
    const { plane } = await startWorker();
    const minute = new Date(Math.floor(world.clock.now().getTime() / 60_000) * 60_000);
    const row = { source: '10.0.0.1', cause: 'token_expired', minute, count: 3 };
    await plane.countRefusals([row, { ...row, cause: 'garbage', count: 1 }]);
    await plane.countRefusals([row]);
    expect(await reportRefusals(world.job())).toBe(0);
    world.clock.advance(130_000);
    await Promise.all([reportRefusals(world.job()), reportRefusals(world.job())]);
    const entries = await world.entries('refusals.counted', '10.0.0.1');
    expect(entries.map(({ payload }) => payload)).toEqual([
      expect.objectContaining({ cause: 'garbage', count: 1 }),
      expect.objectContaining({ cause: 'token_expired', count: 6 }),
    ]);
    // Late counts of a told minute are not lost.
    await plane.countRefusals([row]);
    world.clock.advance(130_000);
    await reportRefusals(world.job());
    expect(await world.entries('refusals.counted', '10.0.0.1')).toHaveLength(3);
  });
});
