import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogSeen } from '#lib/resources/index';
import { closeSession, getSession, listStatements } from '#lib/sessions/index';
import { openImporter, permissionsWithUsage, type StatementRow, usageOf } from '#lib/usage/index';
import { type AccessWorld, createAccessWorld, openTestSession } from '../access-world.ts';

let world: AccessWorld;
let importer: ReturnType<typeof openImporter>;
let grantId: string;
let wider: string;
beforeAll(async () => {
  world = await createAccessWorld();
  importer = openImporter(world.database.url);
  grantId = await world.grant(['read', 'write'], ['public.*']);
  wider = await world.grant(['read'], ['*']);
});
afterAll(async () => {
  await importer.close();
  await world.database.drop();
});

function statement(sessionId: string, seq: number, more: Partial<StatementRow> = {}): StatementRow {
  return {
    sessionId,
    seq,
    at: world.clock.now(),
    agentId: world.agentId,
    resourceId: world.resourceId,
    tag: 'SELECT',
    text: 'SELECT id FROM customers',
    actions: ['read'],
    objects: ['public.customers'],
    permissions: [{ action: 'read', object: 'public.customers' }],
    decision: 'allow',
    outcome: 'completed',
    policies: ['grant'],
    grantIds: [grantId],
    ticket: null,
    errorCode: null,
    errorText: null,
    rows: 5,
    bytesOut: 50,
    maskedFields: 2,
    durationUs: 1_000,
    factsDigest: 'facts-1',
    ...more,
  };
}

const range = () => ({ from: new Date(world.clock.now().getTime() - 86_400_000), to: world.clock.now() });
const usage = async (grant = grantId) =>
  Object.fromEntries(
    (await usageOf(world.by('ada'), grant, range())).map((row) => [`${row.action} ${row.object}`, row]),
  );

describe('counting', () => {
  test('exactly once, however often a batch comes, also side by side and twice inside one', async () => {
    const session = await openTestSession(world, [grantId]);
    const rows = [1, 2, 3].map((seq) => statement(session, seq));
    const facts = [{ digest: 'facts-1', facts: { tag: 'SELECT' } }];
    const batch = { rows: [...rows, ...rows], facts: [...facts, ...facts] };
    const results = await Promise.all([1, 2, 3].map(() => importer.importStatements(batch)));
    expect(results.reduce((sum, { inserted }) => sum + inserted, 0)).toBe(3);
    expect((await importer.importStatements(batch)).inserted).toBe(0);
    expect((await usage())['read public.customers']).toMatchObject({ used: 3, usedOnlyThis: 3, lastSeq: 3 });
    expect(await world.database.db.statementFacts.count({ where: { digest: 'facts-1' } })).toBe(1);
  });

  test('for each grant that alone would have allowed it, "only this" apart', async () => {
    const session = await openTestSession(world, [grantId, wider]);
    const permissions = [{ action: 'read', object: 'public.orders' }];
    await importer.importStatements({
      rows: [
        statement(session, 1, { permissions, grantIds: [grantId, wider] }),
        statement(session, 2, { permissions, grantIds: [wider] }),
      ],
      facts: [],
    });
    expect((await usage())['read public.orders']).toMatchObject({ used: 1, usedOnlyThis: 0 });
    expect((await usage(wider))['read public.orders']).toMatchObject({ used: 2, usedOnlyThis: 1 });
  });

  test.each([
    ['completed', 'allow', 'used'],
    ['failed', 'allow', 'used'],
    ['unknown', 'allow', 'used'],
    ['cancelled', 'allow', 'used'],
    ['completed', 'hold', 'used'],
    ['pending', 'hold', 'pending'],
    ['cancelled', 'hold', 'pending'],
    ['refused', 'hold', 'denied'],
    ['refused', 'deny', 'denied'],
    ['refused', 'allow', 'denied'],
  ] as const)('%s after %s counts as %s', async (outcome, decision, counted) => {
    const session = await openTestSession(world, [grantId]);
    const object = `public.${outcome}_${decision}`;
    const permissions = [{ action: 'write', object }];
    await importer.importStatements({
      rows: [statement(session, 1, { outcome, decision, permissions })],
      facts: [],
    });
    const row = (await usage())[`write ${object}`];
    expect(row).toMatchObject({ used: 0, denied: 0, pending: 0, [counted]: 1 });
    expect(row?.lastAt !== null).toBe(counted === 'used');
  });

  test('the last use is the last use, not a later refusal or an earlier import', async () => {
    const session = await openTestSession(world, [grantId]);
    const permissions = [{ action: 'write', object: 'public.last' }];
    const at = (seconds: number) => new Date(world.clock.now().getTime() + seconds * 1_000);
    await importer.importStatements({
      rows: [
        statement(session, 5, { permissions, at: at(5) }),
        statement(session, 6, { permissions, at: at(6), decision: 'deny', outcome: 'refused' }),
      ],
      facts: [],
    });
    await importer.importStatements({ rows: [statement(session, 4, { permissions, at: at(4) })], facts: [] });
    await importer.importStatements({
      rows: [statement(session, 7, { permissions, at: at(7), decision: 'deny', outcome: 'refused' })],
      facts: [],
    });
    expect((await usage())['write public.last']).toMatchObject({ used: 2, denied: 2, lastSeq: 5 });
  });

  test('a live session shows its numbers; its close brings the final ones', async () => {
    const session = await openTestSession(world, [grantId]);
    await importer.importStatements({ rows: [1, 2].map((seq) => statement(session, seq)), facts: [] });
    expect(await getSession(world.by('ada'), session)).toMatchObject({
      statements: 2,
      allowed: 2,
      maskedFields: 4,
    });
    await closeSession(world.worker(), {
      id: session,
      state: 'closed',
      reason: 'done',
      endedAt: world.clock.now(),
      statements: 3,
      allowed: 3,
      held: 0,
      denied: 0,
      rowsOut: 9,
      bytesOut: 9,
      maskedFields: 6,
    });
    await importer.importStatements({ rows: [statement(session, 3)], facts: [] });
    expect(await getSession(world.by('ada'), session)).toMatchObject({
      statements: 3,
      allowed: 3,
      rowsOut: 9,
    });
  });
});

describe('hostile text', () => {
  const texts = [
    'tab\there, newline\nreturn\r, backslash \\ and \\N and \\.',
    'quotes " \' and {braces,commas} NULL null',
    'nul \0 byte, lone surrogate \uD800, emoji 🦀, bidi \u202E',
    "'; DROP TABLE statement; --",
    '\\.',
    '',
  ];

  test('arrives as it is, in texts and in lists', async () => {
    const session = await openTestSession(world, [grantId]);
    const rows = texts.map((text, index) =>
      statement(session, index + 1, {
        text,
        objects: [text, 'NULL'],
        permissions: [{ action: 'read', object: text }],
      }),
    );
    await importer.importStatements({
      rows,
      facts: [{ digest: 'odd', facts: { text: 'nul \0 and \\u0000' } }],
    });
    const page = await listStatements(world.by('ada'), { sessionId: session });
    const expected = texts.map((text) => text.replaceAll('\0', '\uFFFD').replaceAll('\uD800', '\uFFFD'));
    expect(page.rows.map(({ text }) => text)).toEqual(expected);
    expect(page.rows.map(({ objects }) => objects)).toEqual(expected.map((text) => [text, 'NULL']));
    const counted = await usage();
    for (const text of expected) expect(counted[`read ${text}`]).toMatchObject({ used: 1 });
  });
});

describe('permissionsWithUsage', () => {
  test('tells used, unused, since the grant, and what the catalog no longer holds', async () => {
    const table = (name: string) => ({ schema: 'public', name, kind: 'table' as const, columns: ['id'] });
    await catalogSeen(world.worker(), world.resourceId, [
      table('customers'),
      table('dropped'),
      table('idle'),
    ]);
    world.clock.advance(86_400_000);
    await catalogSeen(world.worker(), world.resourceId, [table('customers'), table('idle'), table('young')]);
    const session = await openTestSession(world, [wider]);
    const read = (seq: number, object: string) =>
      statement(session, seq, { grantIds: [wider], permissions: [{ action: 'read', object }] });
    await importer.importStatements({
      rows: [read(1, 'public.customers'), read(2, 'public.dropped')],
      facts: [],
    });
    world.clock.advance(86_400_000);
    const rows = await permissionsWithUsage(world.by('ada'), wider, {
      from: new Date(world.clock.now().getTime() - 36 * 3_600_000),
      to: world.clock.now(),
    });
    const states = Object.fromEntries(rows.map(({ object, state }) => [object, state]));
    expect(states).toMatchObject({
      'public.customers': 'used',
      'public.idle': 'unused',
      'public.young': 'since_grant',
      'public.dropped': 'not_in_catalog',
    });
  });
});
