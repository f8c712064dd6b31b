import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createResource } from '#lib/resources/index';
import { indexStatements, listStatements, type StatementFilter } from '#lib/sessions/index';
import { openImporter, type StatementRow } from '#lib/usage/index';
import { testCluster, withSuperuser } from '#tests/support/cluster';
import { type AccessWorld, createAccessWorld, openTestSession, type PersonName } from '../access-world.ts';

// 60,000 newer statements lie over the ones that are looked for: past what is looked through in order.

const fillerRows = 60_000;
const hourMs = 3_600_000;
let world: AccessWorld;
let sessionId: string;
let otherAgent: string;
let otherResource: string;

beforeAll(async () => {
  world = await createAccessWorld();
  const grantId = await world.grant();
  sessionId = await openTestSession(world, [grantId]);
  otherAgent = await world.agent('reporter');
  await world.database.db.agent.update({
    where: { id: otherAgent },
    data: { ownerId: world.people.otto.id },
  });
  const made = await createResource(
    world.by('ada'),
    {
      name: 'books',
      kind: 'postgres',
      environment: 'staging',
      host: 'h',
      port: 5432,
      database: 'b',
      approverGroupIds: [],
    },
    null,
  );
  otherResource = made.id;
  const importer = openImporter(world.database.url);
  await importer.importStatements({ rows: needles(), facts: [] });
  await importer.close();
  const newest = world.clock.now();
  await world.database.db.$executeRaw`
    INSERT INTO statement (session_id, seq, at, agent_id, resource_id, tag, text, actions, objects, decision,
      outcome, policies, grant_ids)
    SELECT 'ses_filler', n, ${newest}::timestamptz - n * interval '10 ms', ${world.agentId}, ${world.resourceId},
      'SELECT', 'SELECT status FROM orders WHERE id = ' || n, '{read}', '{public.orders}', 'allow',
      'completed', '{}', '{}'
    FROM generate_series(1, ${fillerRows}) n`;
}, 120_000);
afterAll(() => world.database.drop());

const of = (part: Partial<StatementRow> & { seq: number; daysAgo: number }): StatementRow => {
  const { daysAgo, ...row } = part;
  return {
    sessionId,
    at: new Date(world.clock.now().getTime() - daysAgo * 24 * hourMs),
    agentId: world.agentId,
    resourceId: world.resourceId,
    tag: 'SELECT',
    text: 'SELECT 1',
    actions: ['read'],
    objects: ['public.orders'],
    permissions: [],
    decision: 'allow',
    outcome: 'completed',
    policies: [],
    grantIds: [],
    ticket: null,
    errorCode: null,
    errorText: null,
    rows: 1,
    bytesOut: 1,
    maskedFields: 0,
    durationUs: 1,
    factsDigest: 'f',
    ...row,
  };
};

function needles(): StatementRow[] {
  return [
    of({
      seq: 1,
      daysAgo: 2,
      text: 'SELECT total FROM invoices WHERE 100% sure',
      objects: ['public.invoices'],
    }),
    of({
      seq: 2,
      daysAgo: 3,
      text: 'DROP TABLE Invoices',
      tag: 'DROP TABLE',
      actions: ['schema'],
      objects: ['public.invoices'],
      decision: 'deny',
      outcome: 'refused',
    }),
    of({ seq: 3, daysAgo: 4, text: 'UPDATE invoices SET total = 0', actions: ['write'], outcome: 'failed' }),
    of({ seq: 4, daysAgo: 40, text: 'SELECT total FROM invoices -- long ago', objects: ['public.invoices'] }),
    of({
      seq: 5,
      daysAgo: 5,
      text: 'SELECT isbn FROM invoices',
      sessionId: 'ses_other',
      agentId: otherAgent,
      resourceId: otherResource,
    }),
  ];
}

async function found(filter: StatementFilter, name: PersonName = 'ada'): Promise<number[]> {
  return (await listStatements(world.by(name), filter)).rows.map(({ seq }) => seq);
}

/** Every filter, with what it finds; run again once the indexes are there. */
function finds() {
  test.each<[string, StatementFilter, number[]]>([
    ['a word, whatever the case', { text: 'INVOICES' }, [1, 2, 3, 5]],
    ['all of several words', { text: 'total invoices' }, [1, 3]],
    ['words in quotes as they stand', { text: '"total from"' }, [1]],
    ['a percent sign as itself', { text: '100%' }, [1]],
    ['an underscore as itself', { text: 'invoices_' }, []],
    ['an object', { object: 'public.invoices' }, [1, 2]],
    ['a rare action', { action: 'schema' }, [2]],
    ['a decision', { decision: 'deny' }, [2]],
    ['an outcome', { outcome: 'failed' }, [3]],
    ['a command', { tag: 'DROP TABLE' }, [2]],
    ['words and an action', { text: 'invoices', action: 'write' }, [3]],
  ])('finds %s', async (_name, filter, seqs) => {
    expect(await found(filter)).toEqual(seqs);
  });

  test('finds by agent, by resource and by the owner at the time', async () => {
    expect(await found({ agentId: otherAgent, text: 'invoices' })).toEqual([5]);
    expect(await found({ resourceId: otherResource })).toEqual([5]);
    const { olga, otto } = world.people;
    expect(await found({ personId: olga.id, text: 'invoices' })).toEqual([1, 2, 3]);
    expect(await found({ personId: olga.id, decision: 'deny' })).toEqual([2]);
    expect(await found({ personId: otto.id })).toEqual([]);
  });

  test('finds by the words of the purpose', async () => {
    expect(await found({ purpose: 'orders FIX' })).toEqual([1, 2, 3]);
    expect(await found({ purpose: 'other' })).toEqual([]);
  });

  test('shows to each role what it may see, and nothing else', async () => {
    expect(await found({ text: 'invoices' }, 'olga')).toEqual([1, 2, 3]);
    expect(await found({ text: 'invoices' }, 'otto')).toEqual([5]);
    expect(await found({}, 'otto')).toEqual([5]);
    expect(await found({ decision: 'deny' }, 'alan')).toEqual([2]);
    expect(await found({ text: 'isbn' }, 'alan')).toEqual([]);
    expect(await found({ text: 'invoices' }, 'linus')).toEqual([1, 2, 3, 5]);
    expect(await found({ text: 'invoices' }, 'mallory')).toEqual([]);
    expect(await found({ agentId: world.agentId, text: 'invoices' }, 'otto')).toEqual([]);
  });

  test('pages through common and rare ones without gap or twin', async () => {
    const seqs: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await listStatements(world.by('ada'), {
        text: 'invoices',
        limit: 1,
        ...(cursor ? { cursor } : {}),
      });
      seqs.push(...page.rows.map(({ seq }) => seq));
      cursor = page.next ?? undefined;
    } while (cursor);
    expect(seqs).toEqual([1, 2, 3, 5]);
    const first = await listStatements(world.by('ada'), { text: 'orders', limit: 200 });
    const second = await listStatements(world.by('ada'), {
      text: 'orders',
      limit: 200,
      cursor: first.next ?? '',
    });
    expect(second.rows[0]?.seq).toBe((first.rows.at(-1)?.seq ?? 0) + 1);
  });

  test('looks further back than 30 days only when told to', async () => {
    const from = new Date(world.clock.now().getTime() - 60 * 24 * hourMs);
    expect(await found({ object: 'public.invoices', from })).toEqual([1, 2, 4]);
    expect(await found({ text: 'invoices', from, to: new Date(from.getTime() + 30 * 24 * hourMs) })).toEqual([
      4,
    ]);
  });

  test('refuses words that no index can look up', async () => {
    await expect(found({ text: 'ab' })).rejects.toMatchObject({ code: 'invalid' });
    await expect(found({ text: '!!! ==' })).rejects.toMatchObject({ code: 'invalid' });
    await expect(found({ cursor: 'xyz' })).rejects.toMatchObject({ code: 'invalid' });
  });
}

describe('a search without indexes of the text', finds);

describe('a search with them', () => {
  beforeAll(async () => {
    expect(await indexStatements(world.job())).toBeGreaterThan(0);
  });
  finds();
});

describe('the slices', () => {
  async function slices() {
    return world.database.db.statementSlice.findMany({ orderBy: { toAt: 'asc' } });
  }
  const later = (ms: number, rowsMin: number, slicesMax: number) =>
    world.database.db.$queryRaw<{ made: number }[]>`
      SELECT index_statements(${new Date(world.clock.now().getTime() + ms)}::timestamptz, ${rowsMin}, ${slicesMax}) AS made`;

  test('cover what came, once it is enough, and are merged when there are many', async () => {
    const importer = openImporter(world.database.url);
    await later(62_000, 1, 16);
    const before = await slices();
    for (let hour = 1; hour <= 3; hour += 1) {
      const at = new Date(world.clock.now().getTime() + hour * 60_000);
      await importer.importStatements({
        rows: [of({ seq: 100 + hour, daysAgo: 0, at, text: `hourly ${hour}` })],
        facts: [],
      });
      expect(await later((hour + 2) * 60_000, 10, 9)).toEqual([{ made: 0 }]);
      await later((hour + 2) * 60_000, 1, before.length);
    }
    await importer.close();
    const after = await slices();
    expect(after.length).toBeLessThanOrEqual(before.length + 1);
    const indexes = await world.database.db.$queryRaw<{ name: string }[]>`
      SELECT indexname AS name FROM pg_indexes WHERE indexname LIKE 'statement%\\_text\\_%'`;
    expect(indexes.map(({ name }) => name).sort()).toEqual(after.map(({ indexName }) => indexName).sort());
    world.clock.advance(10 * 60_000);
    expect(await found({ text: 'hourly' })).toEqual([103, 102, 101]);
  });

  test('never take more rows at a time than they may, however many there are', async () => {
    const { db } = world.database;
    const rowsMax = 5_000;
    const all = { from: new Date(world.clock.now().getTime() - 10 * 60_000), to: world.clock.now() };
    await withSuperuser(testCluster(), world.database.name, async (client) => {
      const { rows } = await client.query<{ name: string }>('SELECT index_name AS name FROM statement_slice');
      await client.query(`DROP INDEX ${rows.map(({ name }) => `"${name}"`).join(', ')}`);
      await client.query('DELETE FROM statement_slice');
    });
    const round = (now: Date) =>
      db.$queryRaw`SELECT index_statements(${now}::timestamptz, 500, 3, ${rowsMax})`;
    const made: bigint[] = [];
    for (let at = all.from.getTime(); at < all.to.getTime() + 120_000; at += 10_000) {
      await round(new Date(at));
      const now = await slices();
      made.push(...now.map(({ rows }) => rows));
      // Half full ones are few: they were merged in time.
      expect(now.filter(({ rows }) => rows <= rowsMax / 2).length).toBeLessThanOrEqual(4);
    }
    expect(made.filter((rows) => rows > rowsMax)).toEqual([]);
    expect(made.some((rows) => rows > rowsMax / 2)).toBe(true);
    const left = await slices();
    for (const [place, slice] of left.entries()) {
      if (place > 0) expect(slice.fromAt).toEqual(left[place - 1]?.toAt);
    }
    const indexed = left.reduce((sum, { rows }) => sum + Number(rows), 0);
    expect(indexed).toBeGreaterThan(fillerRows - 2_000);
    expect(await found({ text: 'invoices' })).toEqual([1, 2, 3, 5]);
  });

  test('become one for a month that is over', async () => {
    await later(70 * 24 * hourMs, 1, 16);
    const left = await slices();
    expect(left.every(({ indexName }) => indexName.endsWith('_all'))).toBe(true);
    expect(await found({ text: 'invoices' })).toEqual([1, 2, 3, 5]);
  });

  test('are used by the planner for a question that lies inside', async () => {
    const [slice] = (await slices()).reverse();
    const plan = await withSuperuser(testCluster(), world.database.name, async (client) => {
      await client.query('SET enable_seqscan = off');
      const { rows } = await client.query(
        `EXPLAIN SELECT 1 FROM statement WHERE at >= '${slice?.fromAt.toISOString()}' AND at < '${slice?.toAt.toISOString()}' AND text ILIKE '%isbn%'`,
      );
      return JSON.stringify(rows);
    });
    expect(plan).toContain('_text_all');
  });

  test('are made by jobs only', async () => {
    await expect(indexStatements(world.by('ada'))).rejects.toMatchObject({ code: 'forbidden' });
  });
});
