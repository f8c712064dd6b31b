import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { Client as Direct } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  bind,
  execute,
  int16,
  int32,
  message,
  parse,
  query,
  sync,
} from '#proxy/listeners/postgres/codec/write';
import { shopMasks, startTestGateway, type TestGateway } from '#tests/support/gateway';
import { rawThroughGateway, reportOf } from '#tests/support/raw-postgres';
import { createTargetDatabase, type TargetDatabase } from '#tests/support/target-database';

let target: TargetDatabase;
let gateway: TestGateway;
let client: Client;

beforeAll(async () => {
  target = await createTargetDatabase();
  const masks = shopMasks.map((mask) =>
    mask.id === 'msk_email' ? { ...mask, options: { lookups: 5 } } : mask,
  );
  gateway = await startTestGateway({ target, masks, environment: 'staging' });
});

afterAll(async () => {
  await gateway?.close();
  await target?.drop();
});

beforeEach(async () => {
  client = await gateway.connect();
});

afterEach(async () => {
  await client.end().catch(() => {});
});

async function direct<Row extends object>(text: string): Promise<Row[]> {
  const one = new Direct(target.url);
  await one.connect();
  const { rows } = await one.query<Row>(text);
  await one.end();
  return rows;
}

const into = 'COPY customers (id, name, email, ssn, phone) FROM STDIN';

async function copy(text: string, lines: readonly string[]): Promise<void> {
  await pipeline(Readable.from(lines), client.query(copyFrom(text)));
}

describe('COPY … FROM STDIN into masked columns', () => {
  it.each([
    ['text', into, ['8001\tx\ta@b\t[masked]\tp\n']],
    ['csv', `${into} (FORMAT csv)`, ['8001,x,"a***@***.com",1,p\n']],
    ['a placeholder in two pieces', into, ['8001\tx\ta@b\t[mas', 'ked]\tp\n']],
    [
      'a placeholder after much else',
      into,
      [
        Array.from({ length: 5_000 }, (_, index) => `${9_000 + index}\tx\tm${index}\t1\tp\n`).join(''),
        '8001\tx\ta@b\t[masked]\tp\n',
      ],
    ],
  ])('stores nothing where it holds a placeholder: %s', async (_name, text, lines) => {
    await expect(copy(text, lines)).rejects.toMatchObject({
      code: '42501',
      message: expect.stringContaining('placeholder of a masked value'),
    });
    expect(await direct('SELECT FROM customers WHERE id >= 8000')).toEqual([]);
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await expect
      .poll(() =>
        gateway.control.statements.some(({ tag, outcome }) => tag === 'COPY' && outcome === 'refused'),
      )
      .toBe(true);
  });

  it('goes on in the extended protocol after the refusal', async () => {
    const { client: raw } = await rawThroughGateway(gateway);
    const data = message('d'.charCodeAt(0), Buffer.from('8001\tx\ta@b\t[masked]\tp\n'));
    raw.send(parse('', into), bind('', '', []), execute(''), sync);
    await raw.until('G');
    raw.send(data, message('c'.charCodeAt(0)), sync);
    const frames = await raw.until('Z');
    expect(reportOf(frames.find(({ type }) => type === 'E')).get('C')).toBe('42501');
    raw.send(query('SELECT 1'));
    expect((await raw.until('Z')).map(({ type }) => type)).toContain('D');
    raw.close();
    expect(await direct('SELECT FROM customers WHERE id >= 8000')).toEqual([]);
  });

  it('is refused also when the data does not wait for the answer', async () => {
    const { client: raw } = await rawThroughGateway(gateway);
    raw.send(
      query(into),
      message('d'.charCodeAt(0), Buffer.from('8001\tx\ta@b\t[masked]\tp\n')),
      message('c'.charCodeAt(0)),
    );
    const frames = await raw.until('Z');
    expect(reportOf(frames.find(({ type }) => type === 'E')).get('C')).toBe('42501');
    raw.close();
    expect(await direct('SELECT FROM customers WHERE id >= 8000')).toEqual([]);
  });

  it('takes real values, and placeholders where no column is masked', async () => {
    await copy(into, ['8001\tx\tnew@b\t123\tp\n']);
    await client.query('CREATE TEMP TABLE notes (a text)');
    await copy('COPY notes FROM STDIN', ['[masked]\n', 'x***y\n']);
    expect((await client.query('SELECT count(*)::int AS n FROM notes')).rows).toEqual([{ n: 2 }]);
    expect(await direct('SELECT ssn FROM customers WHERE id = 8001')).toEqual([{ ssn: '123' }]);
    await direct('DELETE FROM customers WHERE id >= 8000');
  });
});

describe('a placeholder as a parameter', () => {
  it('is refused in the binary format too', async () => {
    const { client: raw } = await rawThroughGateway(gateway);
    const value = Buffer.from('[masked]');
    const bytes = [int16(1), int16(1), int16(1), int32(value.length), value, int16(0)];
    raw.send(
      parse('', 'UPDATE customers SET ssn = $1 WHERE id = 1'),
      message('B'.charCodeAt(0), '', '', ...bytes),
      execute(''),
      sync,
    );
    const frames = await raw.until('Z');
    expect(reportOf(frames.find(({ type }) => type === 'E')).get('M')).toContain(
      'would store a masked value',
    );
    raw.close();
    expect(await direct("SELECT FROM customers WHERE ssn = '[masked]'")).toEqual([]);
  });
});

describe('lookups of a masked column', () => {
  const byEmail = (value: string) => client.query('SELECT id FROM customers WHERE email = $1', [value]);

  it('end at the number of values that the mask allows; the same value again is free', async () => {
    for (const value of ['a', 'b', 'c', 'a', 'b']) await byEmail(value);
    await client.query("SELECT id FROM customers WHERE email = 'a'");
    await client.query("SELECT id FROM customers WHERE 'd' = email");
    await client.query("SELECT id FROM customers WHERE email = E'\\x65'");
    await expect(byEmail('f')).rejects.toMatchObject({
      code: '42501',
      message: expect.stringContaining('5 of its values were looked up in this session'),
    });
    await byEmail('c');
    await expect(client.query("SELECT id FROM customers WHERE email = 'g'")).rejects.toMatchObject({
      code: '42501',
    });
    expect((await client.query('SELECT count(*)::int AS n FROM orders WHERE id = 1')).rows).toEqual([
      { n: 1 },
    ]);
  });

  it('count where the value is not in the text, and once for a cursor', async () => {
    await client.query('PREPARE p AS SELECT id FROM customers WHERE email = $1');
    for (const value of ['a', 'b', 'c', 'd']) await client.query(`EXECUTE p('${value}')`);
    await expect(client.query("EXECUTE p('f')")).rejects.toMatchObject({ code: '42501' });
    const other = await gateway.connect();
    await other.query('BEGIN');
    await other.query("DECLARE c CURSOR FOR SELECT id FROM customers WHERE email = 'x'");
    for (let at = 0; at < 12; at += 1) await other.query('FETCH 1 FROM c');
    await other.query('COMMIT');
    await other.end();
  });
});
