import { afterAll, beforeAll, expect, test } from 'vitest';
import { listAccessRequests, requestAccess } from '#lib/access-requests/index';
import type { Context } from '#lib/auth/context';
import { listGrants } from '#lib/grants/index';
import { exportList, type ListPage, listEntries } from '#lib/ledger/index';
import { listPeople } from '#lib/people/index';
import { listSessions } from '#lib/sessions/index';
import { type AccessWorld, createAccessWorld, openTestSession, personNames } from '../access-world.ts';

let world: AccessWorld;
let grantId: string;
beforeAll(async () => {
  world = await createAccessWorld();
  grantId = await world.grant();
  for (let at = 0; at < 5; at += 1) {
    await openTestSession(world, [grantId]);
    world.clock.advance(1_000);
  }
  await requestAccess(world.by('olga'), {
    ...{ agentId: world.agentId, resourceId: world.resourceId, actions: ['write'], scope: ['public.*'] },
    ...{ reason: 'backfill', durationSeconds: 3_600 },
  });
});
afterAll(() => world.database.drop());

const entries = () => world.entries('evidence.exported');

async function rowsOf<Row>(pages: AsyncIterable<readonly Row[]>): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for await (const page of pages) rows.push(...page);
  return rows;
}

type Load = (context: Context, cursor?: string) => Promise<ListPage<unknown>>;
const lists: Readonly<Record<string, { load: Load; rows: number }>> = {
  sessions: { load: (context, cursor) => listSessions(context, { cursor, limit: 2 }), rows: 5 },
  grants: { load: (context, cursor) => listGrants(context, { cursor, limit: 2 }), rows: 1 },
  'access-requests': {
    load: (context, cursor) => listAccessRequests(context, { cursor, limit: 2 }),
    rows: 1,
  },
  'ledger-entries': {
    load: async (context, after) => {
      const page = await listEntries(context, { after, limit: 3, action: ['session.opened'] });
      return { rows: page.entries, next: page.next };
    },
    rows: 5,
  },
};

test.each(Object.keys(lists))('%s go out whole, in pages, after the entry that says so', async (what) => {
  const { load, rows } = lists[what] ?? { load: async () => ({ rows: [], next: null }), rows: -1 };
  const before = (await entries()).length;
  const context = world.by('linus');
  const filter = { state: 'x', from: new Date(0), purpose: undefined };
  const pages = await exportList(context, { what, format: 'csv', filter }, (cursor) => load(context, cursor));
  // The entry stands before the first row is handed out.
  const said = await entries();
  expect(said).toHaveLength(before + 1);
  expect(said.at(-1)).toMatchObject({
    actorName: 'linus',
    summary: `linus exported ${what} as CSV`,
    payload: { format: 'csv', filter: { state: 'x', from: '1970-01-01T00:00:00.000Z' } },
  });
  expect(await rowsOf(pages)).toHaveLength(rows);
});

test('who may not see the list leaves no entry, and no one but a person takes one', async () => {
  const before = (await entries()).length;
  const refused = { code: 'forbidden' };
  const people = async (context: Context) => ({ rows: await listPeople(context), next: null });
  const list = { what: 'people', format: 'csv', filter: {} } as const;
  for (const name of personNames.filter((one) => !['ada', 'linus'].includes(one))) {
    const context = world.by(name);
    await expect(exportList(context, list, () => people(context))).rejects.toMatchObject(refused);
  }
  for (const context of [world.worker(), world.job()]) {
    const nothing = async () => ({ rows: [], next: null });
    await expect(exportList(context, list, nothing)).rejects.toMatchObject(refused);
  }
  expect(await entries()).toHaveLength(before);
});

test('an owner’s export holds what the owner may see, and nothing else', async () => {
  for (const [name, rows] of [
    ['olga', 5],
    ['otto', 0],
  ] as const) {
    const context = world.by(name);
    const list = { what: 'sessions', format: 'csv', filter: {} } as const;
    const pages = await exportList(context, list, (cursor) => listSessions(context, { cursor, limit: 2 }));
    expect(await rowsOf(pages), name).toHaveLength(rows);
  }
});
