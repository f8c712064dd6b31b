import { spawnSync } from 'node:child_process';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { factsOf, readCatalog } from '#lib/sql/index';
import { createSqlWorld, type SqlWorld } from './sql-world.ts';

let world: SqlWorld;

beforeAll(async () => {
  world = await createSqlWorld();
});
afterAll(() => world.close());

const reader = (client: Client) => async (text: string) => {
  const types = { getTypeParser: () => (value: string | null) => value };
  return (await client.query<(string | null)[]>({ text, rowMode: 'array', types })).rows;
};

describe('the catalog', () => {
  it('is the same one until something in the database changes', async () => {
    const before = world.catalog;
    await world.refresh();
    expect(world.catalog).toBe(before);
    await world.client.query('CREATE TABLE app.fresh (id int)');
    await world.refresh();
    expect(world.catalog.epoch).toBeGreaterThan(before.epoch);
    expect(world.catalog.relation('app', 'fresh')?.columns).toMatchObject([{ name: 'id', number: 1 }]);
    await world.client.query('DROP TABLE app.fresh');
    await world.refresh();
    expect(world.catalog.relation('app', 'fresh')).toBeNull();
  });

  it.each([
    'ALTER TABLE app.lines ADD COLUMN more int',
    'CREATE OR REPLACE VIEW people AS SELECT id, email AS tax_id, upper(name) AS shout FROM customers',
    "CREATE OR REPLACE FUNCTION app.opaque(x int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 2; END'",
    'ALTER TABLE payments DISABLE TRIGGER log_update',
    'DROP POLICY mine ON app.lines',
    'CREATE SCHEMA later',
    'CREATE CAST (customers AS text) WITH INOUT',
    'ALTER TABLE app.parted DETACH PARTITION app.parted_1',
  ])('sees %s', async (change) => {
    const before = world.catalog.epoch;
    await world.client.query('BEGIN');
    await world.client.query(change);
    await world.refresh();
    expect(world.catalog.epoch).toBeGreaterThan(before);
    await world.client.query('ROLLBACK');
    await world.refresh();
  });

  it('knows relations, functions, operators, types and what writes set off', () => {
    const { catalog } = world;
    expect(catalog.database).toBe(world.target.database);
    expect(catalog.relation('pg_catalog', 'pg_class')?.columns[0]).toMatchObject({ name: 'oid', number: 1 });
    expect(catalog.relation('public', 'people')?.viewTree).toMatchObject({ kind: 'parsed' });
    expect(catalog.relation('app', 'audit')?.columns).toMatchObject([
      { name: 'id' },
      { name: 'note', defaultCalls: ['app.opaque'] },
      { name: 'twice', generated: true },
    ]);
    expect(catalog.relation('app', 'parted_1')?.parents).toEqual([catalog.relation('app', 'parted')?.oid]);
    expect(catalog.functions('app', 'power')[0]).toMatchObject({
      securityDefiner: true,
      language: 'plpgsql',
      argumentCount: 1,
      volatility: 'volatile',
    });
    expect(catalog.functions('app', 'purge')[0]?.bodyTree).toMatchObject({
      statements: [{ kind: 'DeleteStmt' }],
    });
    expect(catalog.functions('app', 'pair')[0]?.resultColumns).toEqual(['a', 'b']);
    expect(catalog.operators?.('===')).toMatchObject([{ schema: 'other', functionName: 'same' }]);
    expect(catalog.type?.('app', 'code')?.calls).toEqual(['app.opaque']);
    expect(catalog.relation('app', 'lines')?.setsOff).toEqual(['row security policy mine limits the rows']);
    expect(catalog.hasSchema('other')).toBe(true);
  });

  it.each<[path: string, lineage: string]>([
    ['evil, app, public', 'column'],
    ['app, evil', 'column'],
    // pg_get_viewdef itself compares by whatever `=` the path finds first.
    ['evil, app, public, pg_catalog', 'unknown'],
  ])("calls nothing of an agent's under the search path %s", async (path, lineage) => {
    const { client } = world;
    await client.query(`BEGIN; CREATE SCHEMA evil;
      CREATE FUNCTION evil.lie(oid, oid) RETURNS bool LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''called''; END';
      CREATE OPERATOR evil.= (FUNCTION = evil.lie, LEFTARG = oid, RIGHTARG = oid);
      CREATE FUNCTION evil.current_database() RETURNS name LANGUAGE sql AS 'SELECT ''evil''::name';
      SET LOCAL search_path = ${path}`);
    try {
      const catalog = await readCatalog(reader(client), null);
      const parsed = await world.parser.parse('SELECT t FROM app.nested');
      const session = { searchPath: ['public'], role: 'x', tempSchema: null };
      const [facts] = factsOf(parsed, catalog, session).statements;
      expect(catalog.database).toBe(world.target.database);
      expect(facts?.outputs?.map(({ kind }) => kind)).toEqual([lineage]);
    } finally {
      await client.query('ROLLBACK');
    }
  });

  it('can be read by a login that owns nothing', async () => {
    await world.client.query(
      "CREATE ROLE reads_catalog LOGIN PASSWORD 'x'; GRANT CONNECT ON DATABASE " +
        `${world.target.database} TO reads_catalog`,
    );
    const url = new URL(world.target.superuserUrl);
    url.username = 'reads_catalog';
    url.password = 'x';
    const other = new Client({ connectionString: url.href });
    await other.connect();
    const catalog = await readCatalog(reader(other), null);
    await other.end();
    await world.client.query(
      `REVOKE CONNECT ON DATABASE ${world.target.database} FROM reads_catalog; DROP ROLE reads_catalog`,
    );
    expect(catalog.relation('public', 'people')?.viewTree).toMatchObject({ kind: 'parsed' });
  });
});

const hasPsql = spawnSync('psql', ['--version']).status === 0;

describe.runIf(hasPsql)('psql', () => {
  const commands = [
    ...[
      '\\d',
      '\\d+',
      '\\dt+',
      '\\di+',
      '\\dv+',
      '\\dm+',
      '\\ds+',
      '\\dn+',
      '\\df+',
      '\\dT+',
      '\\dD+',
      '\\dC+',
    ],
    ...['\\d customers', '\\d+ orders', '\\d+ people', '\\d+ app.parted', '\\d+ app.lines', '\\d+ payments'],
    ...['\\d customers_pkey', '\\d+ app.numbers', '\\sf app.opaque', '\\sv people', '\\dp', '\\ddp', '\\du+'],
    ...[
      '\\l',
      '\\db',
      '\\dx+',
      '\\da',
      '\\do+',
      '\\dO',
      '\\dF',
      '\\dL+',
      '\\dy',
      '\\dP+',
      '\\dX',
      '\\dRp+',
      '\\des',
    ],
  ];

  it('asks nothing but the catalog, and every column of its answers is known', async () => {
    const args = commands.flatMap((command) => ['-c', command]);
    const { stdout } = spawnSync('psql', ['-E', world.target.superuserUrl, ...args], { encoding: 'utf8' });
    const texts = [...stdout.matchAll(/\*{9} QUERY \*{10}\n(.*?)\n\*{26}/gs)].flatMap(
      ([, text]) => text ?? [],
    );
    expect(texts.length).toBeGreaterThan(commands.length);
    let ran = 0;
    for (const text of new Set(texts)) {
      const answer = await world.client.query({ text, rowMode: 'array' }).catch(() => null);
      // An older psql asks for columns that this server no longer has.
      if (answer === null) continue;
      ran++;
      const [facts] = await world.read(text, { searchPath: ['public'] });
      const problems = {
        text,
        requests: facts?.requests.filter(
          ({ object }) => !('schema' in object) || object.schema !== 'pg_catalog',
        ),
        refusals: facts?.refusals,
        unresolved: facts?.unresolved,
        harmful: facts?.functions.filter(({ harmless }) => !harmless),
        columns: facts?.outputs?.map(({ name }) => name),
        unknown: facts?.outputsUnknown,
      };
      const columns = answer.fields.map(({ name }) => name);
      expect(problems).toEqual({
        text,
        requests: [],
        refusals: [],
        unresolved: [],
        harmful: [],
        columns,
        unknown: false,
      });
      for (const [index, field] of answer.fields.entries()) {
        const origin = facts?.outputs?.[index]?.origin;
        if (origin === undefined) continue;
        expect([text, field.tableID, field.columnID]).toEqual([
          text,
          origin?.tableOid ?? 0,
          origin?.attribute ?? 0,
        ]);
      }
    }
    expect(ran).toBeGreaterThan(commands.length);
  }, 60_000);
});
