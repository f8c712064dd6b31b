import { text as readAll } from 'node:stream/consumers';
import { Client as Direct, type QueryConfig } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MaskSpec } from '#lib/masking/model';
import { startTestGateway, type TestGateway } from '#tests/support/gateway';
import { createTargetDatabase, type TargetDatabase } from '#tests/support/target-database';

let target: TargetDatabase;
let gateway: TestGateway;

const ssn = '999-55-7731';

const mask = (
  column: string,
  kind: MaskSpec['kind'],
  options: MaskSpec['options'],
  lookup: MaskSpec['lookup'] = 'none',
): MaskSpec => ({ id: `msk_${column}`, column: `public.${column}`, kind, lookup, options });

beforeAll(async () => {
  target = await createTargetDatabase();
  const direct = new Direct(target.url);
  await direct.connect();
  await direct.query(`
    CREATE DOMAIN pin_code AS text CHECK (length(value) = 4);
    CREATE TABLE staff (id int PRIMARY KEY, name varchar(40), pin pin_code, tags text[], born date, seen timestamptz,
      pay int, prefs jsonb, ssn text);
    INSERT INTO staff VALUES (1, 'Grace Hopper', 'q7%x', '{north,"s,1"}', '1984-03-17', '2026-05-06 12:34:56Z',
      73197, '{"a": 1}', '${ssn}');`);
  await direct.end();
  gateway = await startTestGateway({
    target,
    environment: 'staging',
    holdMs: 3_000,
    masks: [
      mask('staff.name', 'partial', { style: 'generic', prefix: 2, suffix: 1, other_use: 'hold' }),
      mask('staff.pin', 'fixed', { to: 'n/a' }),
      mask('staff.tags', 'fixed', { to: 'hidden tag' }),
      mask('staff.born', 'generalise', { bucket: 'month' }),
      mask('staff.seen', 'generalise', { bucket: 'day' }),
      mask('staff.pay', 'generalise', { bucket: 1000 }),
      mask('staff.prefs', 'fixed', { to: 'n/a' }),
      mask('staff.ssn', 'fixed', { other_use: 'mask' }),
    ],
  });
});

afterAll(async () => {
  await gateway?.close();
  await target?.drop();
});

async function withClient<Result>(
  use: (client: Awaited<ReturnType<TestGateway['connect']>>) => Promise<Result>,
) {
  const client = await gateway.connect();
  try {
    return await use(client);
  } finally {
    await client.end().catch(() => {});
  }
}

const rowsOf = (query: string | QueryConfig) =>
  withClient(async (client) => (await client.query(query)).rows as Record<string, unknown>[]);

describe('options of masks', () => {
  it('say how a value is shown, of domains and arrays too', async () => {
    const [row] = await rowsOf('SELECT name, pin, tags, pay, prefs FROM staff');
    expect(row).toMatchObject({ name: 'Gr***r', pin: 'n/a', tags: ['hidden tag'], pay: 73000, prefs: 'n/a' });
    const [dates] = await rowsOf('SELECT born, seen FROM staff');
    const { born, seen } = dates as { born: Date; seen: Date };
    expect([born.getFullYear(), born.getMonth(), born.getDate()]).toEqual([1984, 2, 1]);
    expect(seen.toISOString()).toBe('2026-05-06T00:00:00.000Z');
  });

  it('hold for COPY', async () => {
    const copied = await withClient((client) =>
      readAll(client.query(copyTo('COPY staff (name, pin, tags, born, pay, prefs) TO STDOUT'))),
    );
    expect(copied).toBe('Gr***r\tn/a\t{"hidden tag"}\t1984-03-01\t73000\t"n/a"\n');
  });

  it.each([
    ["UPDATE staff SET pin = 'n/a' WHERE id = 1"],
    ['UPDATE staff SET pin = $$n/a$$ WHERE id = 1'],
    [`UPDATE staff SET prefs = '"n/a"' WHERE id = 1`],
    [`UPDATE staff SET tags = '{"hidden tag",x}' WHERE id = 1`],
    ["UPDATE staff SET tags = ARRAY['hidden tag'] WHERE id = 1"],
  ])('a mask’s own text is not written back: %s', async (update) => {
    await expect(rowsOf(update)).rejects.toThrow(/would store a masked value/);
  });

  it('is refused as a parameter, and passes where it is only a part', async () => {
    const update = 'UPDATE staff SET pin = $1 WHERE id = 2';
    await expect(rowsOf({ text: update, values: ['n/a'] })).rejects.toThrow(/would store a masked value/);
    await rowsOf({ text: update, values: ['xn/a'] });
  });
});

describe('other uses of a masked column', () => {
  it('run where a full mask hides the result, whatever type it has', async () => {
    const [row] = await rowsOf(
      `SELECT id, lower(ssn) AS a, length(ssn) AS b, ssn IS NULL AS c, to_json(ssn) AS d, ssn || '!' AS e,
         ssn::varchar(3) AS f, ROW(id, ssn) AS g FROM staff`,
    );
    expect(row).toEqual({
      id: 1,
      a: '[masked]',
      b: null,
      c: null,
      d: '[masked]',
      e: '[masked]',
      f: '[masked]',
      g: null,
    });
  });

  it('are hidden in COPY and in cursors', async () => {
    await withClient(async (client) => {
      const copied = await readAll(
        client.query(copyTo('COPY (SELECT id, lower(ssn), length(ssn) FROM staff) TO STDOUT (FORMAT csv)')),
      );
      expect(copied).toBe('1,,\n');
      await client.query('BEGIN');
      await client.query('DECLARE c CURSOR FOR SELECT upper(ssn) AS u FROM staff');
      expect((await client.query('FETCH ALL FROM c')).rows).toEqual([{ u: '[masked]' }]);
    });
  });

  it.each([
    'SELECT id FROM staff ORDER BY ssn',
    'SELECT ssn::int FROM staff',
    "SELECT 1 / (CASE WHEN ssn LIKE '9%' THEN 0 ELSE 1 END) FROM staff",
    "SELECT id FROM staff WHERE ssn LIKE '9%'",
    'SELECT row_to_json(s) FROM staff s',
    'SELECT lower(ssn), pay + 1 FROM staff',
  ])('are refused where something else would tell of it: %s', async (query) => {
    await expect(rowsOf(query)).rejects.toMatchObject({ code: '42501' });
  });

  it('tell the agent nothing by an estimate while they wait', async () => {
    await withClient(async (client) => {
      const told: string[] = [];
      client.on('notice', ({ message }) => told.push(message ?? ''));
      const running = client.query("DELETE FROM staff WHERE name LIKE 'G%'");
      running.catch(() => {});
      const { id, request } = await gateway.control.pending();
      expect(request.card).toMatchObject({
        rowEstimate: null,
        rowsTotal: null,
        estimateNote: expect.stringContaining('it uses masked columns'),
      });
      gateway.control.answer(id, 'denied');
      await expect(running).rejects.toMatchObject({ code: '42501' });
      expect(told.join()).toContain('Deletes an unknown number of rows in public.staff');
    });
  });

  it('wait for a person where the mask says so, and show nothing of it afterwards either', async () => {
    await withClient(async (client) => {
      const running = client.query('SELECT id, upper(name) AS u FROM staff ORDER BY name');
      const { id, request } = await gateway.control.pending();
      expect(JSON.stringify(request.card)).not.toContain('Grace');
      gateway.control.answer(id, 'approved');
      expect((await running).rows).toEqual([{ id: 1, u: '[masked]' }]);
    });
  });
});
