import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as accessRequests from '#lib/access-requests/index';
import * as agents from '#lib/agents/index';
import type { Context } from '#lib/auth/context';
import * as grants from '#lib/grants/index';
import * as proposals from '#lib/proposals/index';
import * as resources from '#lib/resources/index';
import * as sessions from '#lib/sessions/index';
import * as usage from '#lib/usage/index';
import { type AccessWorld, createAccessWorld, openTestSession, personNames } from './access-world.ts';

// What each person finds in a list or a count. olga owns the agent, alan answers for the resource, bob
// for nothing.

let world: AccessWorld;
let grantId: string;
let sessionId: string;
beforeAll(async () => {
  world = await createAccessWorld();
  grantId = await world.grant(['read'], ['public.*']);
  sessionId = await openTestSession(world, [grantId]);
});
afterAll(() => world.database.drop());

const reason = 'matrix';
const range = () => ({ from: new Date(0), to: new Date(86_400_000) });

/** Of a grant that stands on an object that the catalog knows. */
const unused = async (context: Context) => {
  const object = { schema: 'public', name: 'orders', kind: 'table', columns: [] };
  await world.database.db.resourceObject.createMany({
    data: [{ ...object, resourceId: world.resourceId, firstSeenAt: new Date(0), seenAt: new Date(0) }],
    skipDuplicates: true,
  });
  return usage.unusedPermissions(context, range());
};

async function maskId(): Promise<string> {
  const mask = { resourceId: world.resourceId, column: 'public.orders.note', kind: 'fixed' as const };
  return (await resources.createMask(world.by('ada'), mask)).id;
}

const matching = async (context: Context) => ({ rows: (await grants.matchingGrants(context, {})).ids });

describe('lists hold what the person may see', () => {
  test.each([
    ['agents', (c: Context) => agents.listAgents(c, {}), ['ada', 'alan', 'bob', 'linus', 'olga']],
    ['grants', (c: Context) => grants.listGrants(c, {}), ['ada', 'alan', 'bob', 'linus', 'olga']],
    ['matching grants', matching, ['ada', 'alan', 'bob', 'linus', 'olga']],
    ['sessions', (c: Context) => sessions.listSessions(c, {}), ['ada', 'alan', 'linus', 'olga']],
    ['unused permissions', unused, ['ada', 'alan', 'bob', 'linus', 'olga']],
  ] as const)('%s', async (_, list, may) => {
    for (const name of personNames) {
      const { rows } = await list(world.by(name));
      expect(`${name}: ${rows.length > 0}`).toBe(`${name}: ${(may as readonly string[]).includes(name)}`);
    }
  });

  test('counts too: an access request, and a change that a second admin would have to see', async () => {
    await accessRequests.requestAccess(world.by('olga'), {
      agentId: world.agentId,
      resourceId: world.resourceId,
      actions: ['execute'],
      scope: ['public.*'],
      durationSeconds: 3_600,
      reason,
    });
    const input = { maskId: await maskId(), reason };
    const outsideSandbox = { ...world.by('ada'), secondAdmin: undefined };
    await proposals.proposeChange(outsideSandbox, { kind: 'mask.end', input });
    for (const name of personNames) {
      const asked = await accessRequests.countAccessRequests(world.by(name)).catch(() => 0);
      const sees = ['ada', 'alan', 'bob', 'linus', 'olga'].includes(name);
      expect(`${name}: ${asked}`).toBe(`${name}: ${sees ? 1 : 0}`);
      // Ada proposed it; nobody else here is an admin.
      expect(`${name}: ${await proposals.countProposals(world.by(name))}`).toBe(`${name}: 0`);
    }
    const second = { ...world.people.bob, roles: ['admin'] as const };
    expect(await proposals.countProposals(world.as(second))).toBe(1);
    for (const actor of [
      { kind: 'job', name: 'test' } as const,
      { kind: 'worker', id: 'wrk_test', name: 'worker' } as const,
    ]) {
      expect(await proposals.countProposals(world.as(actor))).toBe(0);
      await expect(accessRequests.countAccessRequests(world.as(actor))).rejects.toMatchObject({
        code: 'forbidden',
      });
    }
  });

  test('a search over statements and the overview too', async () => {
    const importer = usage.openImporter(world.database.url);
    const row = {
      sessionId,
      seq: 1,
      at: world.clock.now(),
      agentId: world.agentId,
      resourceId: world.resourceId,
      tag: 'SELECT',
      text: 'SELECT 1',
      actions: ['read'],
      objects: [],
      permissions: [{ action: 'read', object: 'public.orders' }],
      decision: 'allow' as const,
      outcome: 'completed' as const,
      policies: [],
      grantIds: [grantId],
      ticket: null,
      errorCode: null,
      errorText: null,
      rows: 1,
      bytesOut: 1,
      maskedFields: 2,
      durationUs: 1,
      factsDigest: 'x',
    };
    await importer.importStatements({ rows: [row], facts: [] });
    await importer.close();
    const to = new Date(world.clock.now().getTime() + 1);
    for (const name of personNames) {
      const sees = ['ada', 'alan', 'linus', 'olga'].includes(name);
      const found = await sessions.listStatements(world.by(name), { text: 'select' });
      expect(`${name}: ${found.rows.length}`).toBe(`${name}: ${sees ? 1 : 0}`);
      const shown = await usage.overview(world.by(name), { from: new Date(to.getTime() - 86_400_000), to });
      expect(`${name}: ${shown.sessions}`).toBe(`${name}: ${sees ? 1 : 0}`);
      const masked = await sessions.listSessions(world.by(name), { masked: true });
      expect(`${name}: ${masked.rows.length}`).toBe(`${name}: ${sees ? 1 : 0}`);
      const range = { from: new Date(to.getTime() - 86_400_000), to };
      const touched = await usage.touchedObjects(world.by(name), range, { agentId: world.agentId });
      expect(`${name}: ${touched.length}`).toBe(`${name}: ${sees ? 1 : 0}`);
    }
  });
});
