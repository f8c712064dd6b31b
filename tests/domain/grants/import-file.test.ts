import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { readCsv } from '#lib/core/csv-read';
import {
  getGrant,
  getImport,
  type ImportFile,
  importFile,
  listGrants,
  matchingGrants,
} from '#lib/grants/index';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';
import { createWorld, type World } from '../reviews/world.ts';

let database: ControlDatabase;
let world: World;
beforeAll(async () => {
  database = await createControlDatabase();
  world = await createWorld(database.db);
});
afterAll(() => database.drop());

const header = 'externalId,agent,resource,actions,scope,reason,endsAt';
const contributor = '/roleAssignments/1,migrator,shop,read; write,*,"Contributor on ""shop"", all of it",';
const reader = '/roleAssignments/2,migrator,shop,read,public.*,Reader,2027-03-01T00:00:00Z';

/** The file, as of a minute after what came before. */
async function take(text: string, changes: Partial<ImportFile> = {}) {
  world.clock.advance(60_000);
  return importFile(world.as('ada'), {
    source: 'azure-rbac',
    readAt: world.clock.now(),
    text,
    ...changes,
  });
}

const counts = () =>
  Promise.all([world.db.grant.count(), world.db.grantImport.count(), world.db.ledgerEntry.count()]);

describe('a file of grants', () => {
  it('is taken as CSV and as JSON, and says what it changed', async () => {
    const first = await take(`\ufeff${header}\r\n${contributor}\r\n${reader}\r\n`);
    expect(first).toMatchObject({ added: 2, changed: 0, ended: 0 });
    const stands = await listGrants(world.as('ada'), { source: 'azure-rbac' });
    expect(stands.rows.map((row) => [row.actions, row.scope, row.reason, row.endsAt?.toISOString()])).toEqual(
      expect.arrayContaining([
        [['read', 'write'], ['*'], 'Contributor on "shop", all of it', undefined],
        [['read'], ['public.*'], 'Reader', '2027-03-01T00:00:00.000Z'],
      ]),
    );
    const grants = [
      {
        externalId: '/roleAssignments/1',
        agent: 'migrator',
        resource: 'shop',
        actions: ['read'],
        scope: ['*'],
        reason: 'Reader now',
      },
    ];
    world.clock.advance(60_000);
    const readAt = world.clock.now().toISOString();
    const second = await take(JSON.stringify({ source: 'azure-rbac', readAt, grants }), {
      readAt: undefined,
    });
    expect(second).toMatchObject({ added: 0, changed: 1, ended: 1, unchanged: 0 });
    const detail = await getImport(world.as('linus'), second.importId);
    expect(detail).toMatchObject({ source: 'azure-rbac', rows: 1, by: 'ada', readAt: new Date(readAt) });
    expect(detail.changes.map((one) => [one.kind, one.externalId, one.agent])).toEqual([
      ['changed', '/roleAssignments/1', 'migrator'],
      ['ended', '/roleAssignments/2', 'migrator'],
    ]);
    expect((await getImport(world.as('ada'), first.importId)).changes).toHaveLength(2);
    await expect(getImport(world.as('grace'), second.importId)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('can be changed only where it stands, is never called unused, and is left out of a clean-up', async () => {
    await take(`${header}\n${contributor}`);
    world.clock.advance(60 * 86_400_000);
    const { rows } = await listGrants(world.as('ada'), { source: 'azure-rbac', state: 'active' });
    expect(rows).toMatchObject([{ stale: [] }]);
    expect((await listGrants(world.as('ada'), { source: 'azure-rbac', stale: 'never_used' })).rows).toEqual(
      [],
    );
    const detail = await getGrant(world.as('ada'), rows[0]?.id ?? '');
    expect(detail).toMatchObject({ may: { change: false }, externalId: '/roleAssignments/1' });
    const here = await world.addGrant({});
    expect((await matchingGrants(world.as('ada'), {})).ids).toEqual([here]);
    expect((await matchingGrants(world.as('ada'), { source: 'azure-rbac' })).ids).toEqual([]);
  });

  const row = (changes: Record<string, unknown>) =>
    JSON.stringify([
      {
        externalId: 'a',
        agent: 'migrator',
        resource: 'shop',
        actions: ['read'],
        scope: ['*'],
        reason: 'Reader',
        ...changes,
      },
    ]);

  test.each<[string, string, RegExp]>([
    ['nothing', ' \n', /empty/],
    ['half of JSON', '{"grants": [', /no JSON/],
    ['JSON without grants', '{}', /no list of grants/],
    ['JSON with more than it may hold', '{"grants":[],"delete":true}', /nothing else/],
    ['a grant that is none', '[7]', /^grant 1: .*Nothing was imported/],
    ['an unknown key', row({ admin: true }), /^grant 1: /],
    ['an unknown action', row({ actions: ['read', 'own'] }), /^grant 1, actions: /],
    ['a day without a time', row({ endsAt: '2027-01-01' }), /^grant 1, endsAt: /],
    [
      'a grant twice',
      JSON.stringify([...JSON.parse(row({})), ...JSON.parse(row({}))]),
      /grant 2, externalId/,
    ],
    ['no header', contributor, /missing: externalId/],
    ['a column too many', `${header},owner\n${contributor},x`, /each once/],
    ['a column twice', `${header},agent\n${contributor},x`, /each once/],
    ['a quote that stays open', `${header}\n"a,b`, /Row 2: a quoted cell does not end/],
    ['a quote inside', `${header}\na"b,`, /Row 2: a quote stands inside/],
    [
      'an agent that is not known',
      `${header}\n${reader.replace('migrator', '=cmd|x')}`,
      /^row 2, agent: no agent/,
    ],
    ['another source', '{"source":"entra","grants":[]}', /another source/],
    ['a moment that is none', '{"readAt":"yesterday","grants":[]}', /no moment/],
    ['another moment', '{"readAt":"2026-01-01T00:00:00Z","grants":[]}', /leave the field empty/],
    ['the future', '[]', /future/],
  ])('%s is refused, and nothing is taken', async (name, text, message) => {
    const before = await counts();
    const readAt = name === 'the future' ? new Date(world.clock.now().getTime() + 3_600_000) : undefined;
    await expect(take(text, readAt ? { readAt } : {})).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringMatching(message),
    });
    expect(await counts()).toEqual(before);
  });

  it('names every faulty row, and takes the good ones no more than the others', async () => {
    const before = await counts();
    const bad = reader.replace('/2', '/3').replace(',read,', ',own,');
    const unknown = reader.replace('/2', '/4').replace('shop', 'nowhere');
    await expect(take(`${header}\n${contributor}\n${bad}\n${reader},x\n`)).rejects.toMatchObject({
      details: [{ at: 'row 4', message: 'has 8 cells, the first row has 7' }],
    });
    await expect(take(`${header}\n${bad}\n${contributor}\n${bad.replace('own', '')}`)).rejects.toMatchObject({
      message: '2 faults in the file; nothing was imported.',
      details: [{ at: 'row 2, actions' }, { at: 'row 4, actions' }],
    });
    await expect(take(`${header}\n${contributor}\n${unknown}`)).rejects.toMatchObject({
      details: [{ at: 'row 3, resource', message: 'no resource nowhere is known' }],
    });
    await expect(take('[]', { readAt: undefined })).rejects.toMatchObject({
      message: expect.stringContaining('Say when'),
    });
    expect(await counts()).toEqual(before);
    for (const name of ['grace', 'linus', 'barbara', 'edsger'] as const) {
      await expect(
        importFile(world.as(name), { source: 'entra', readAt: world.clock.now(), text: '[]' }),
      ).rejects.toMatchObject({ code: 'forbidden' });
    }
  });
});

describe('CSV', () => {
  test.each<[string, string[][]]>([
    ['', []],
    ['a', [['a']]],
    [
      'a,b\r\nc,d\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['a,\n', [['a', '']]],
    ['a,', [['a', '']]],
    [',', [['', '']]],
    ['\n\n a \n', [[' a ']]],
    ['"a\n""b"",",c', [['a\n"b",', 'c']]],
    ['\ufeff"x"', [['x']]],
    ['a\rb', [['a'], ['b']]],
  ])('%j', (text, records) => {
    expect(readCsv(text)).toEqual(records);
  });

  it('refuses what follows a quoted cell', () => {
    expect(() => readCsv('"a"b')).toThrow(/something follows/);
  });
});
