import type { Client } from 'pg';
import { Client as Direct } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bind, execute, int16, message, parse, query, sync } from '#proxy/listeners/postgres/codec/write';
import { shopMasks, startTestGateway, type TestGateway } from '#tests/support/gateway';
import { rawThroughGateway } from '#tests/support/raw-postgres';
import { createTargetDatabase, type TargetDatabase } from '#tests/support/target-database';

let target: TargetDatabase;
let gateway: TestGateway;
let client: Client;

beforeAll(async () => {
  target = await createTargetDatabase();
  const direct = new Direct(target.url);
  await direct.connect();
  await direct.query(`
    CREATE TABLE note (id int, body text, doc jsonb, raw json, tags text[], bytes bytea, big text);
    INSERT INTO note VALUES
      (1, 'call ada@example.com', '{"card": 4111111111111111}', '{"to": "ada\\u0040example.com"}',
       '{x,ada@example.com}', 'ada@example.com', NULL),
      (2, 'nothing', '{"a": 1}', '[]', '{}', NULL, NULL)`);
  await direct.end();
  gateway = await startTestGateway({ target, masks: shopMasks, detect: ['email', 'card'] });
});

afterAll(async () => {
  await gateway?.close();
  await target?.drop();
});

const notices: string[] = [];

beforeEach(async () => {
  notices.length = 0;
  client = await gateway.connect();
  client.on('notice', ({ message }) => notices.push(message ?? ''));
});

afterEach(async () => {
  await client.end().catch(() => {});
});

const first = {
  body: 'call [email]',
  doc: { card: '[card]' },
  raw: { to: '[email]' },
  tags: ['x', '[email]'],
};

describe('detectors on what comes back', () => {
  it('hide what they find, and tell it once', async () => {
    const { rows } = await client.query('SELECT body, doc, raw, tags FROM note ORDER BY id');
    expect(rows).toEqual([first, { body: 'nothing', doc: { a: 1 }, raw: [], tags: [] }]);
    const computed = await client.query(`SELECT upper(body) AS up, id FROM note WHERE id = $1`, [1]);
    expect(computed.rows).toEqual([{ up: 'CALL [email]', id: 1 }]);
    expect(notices).toEqual([expect.stringContaining('look confidential are hidden')]);
    await expect
      .poll(() =>
        gateway.control.statements
          .filter(({ text }) => text.includes('FROM note'))
          .map((one) => one.maskedFields),
      )
      .toEqual([4, 1]);
  });

  it('count what they hide only, and say nothing where they find nothing', async () => {
    const { rows } = await client.query('SELECT * FROM note WHERE id = 2');
    expect(rows[0]).toMatchObject({ body: 'nothing', tags: [] });
    expect(notices).toEqual([]);
  });

  it('stand beside masks, and leave other types alone', async () => {
    const { rows } = await client.query(
      'SELECT c.email, c.ssn, n.body, n.bytes FROM customers c JOIN note n ON n.id = c.id WHERE c.id = 1',
    );
    expect(rows[0]).toMatchObject({
      ssn: '[masked]',
      body: 'call [email]',
      bytes: Buffer.from('ada@example.com'),
    });
    expect(rows[0].email).toContain('***');
  });

  it('search cursors, portals that nobody described, and binary results', async () => {
    await client.query('BEGIN; DECLARE c CURSOR FOR SELECT body FROM note WHERE id = 1');
    expect((await client.query('FETCH 1 FROM c')).rows).toEqual([{ body: 'call [email]' }]);
    await client.query('COMMIT');
    const { client: raw } = await rawThroughGateway(gateway);
    const binary = message('B'.charCodeAt(0), '', '', int16(0), int16(0), int16(1), int16(1));
    raw.send(parse('', 'SELECT body, doc FROM note WHERE id = 1'), binary, execute(''), sync);
    const row = (await raw.until('Z')).find(({ type }) => type === 'D')?.bytes.toString('latin1');
    expect(row).toContain('call [email]');
    expect(row).toContain('\x01{"card":"[card]"}');
    raw.send(parse('', 'SELECT body FROM note WHERE id = 1'), bind('', '', []), execute(''), sync);
    expect((await raw.until('Z')).find(({ type }) => type === 'D')?.bytes.toString()).toContain('[email]');
    raw.send(query('SELECT body FROM note WHERE id = 1; SELECT raw FROM note WHERE id = 1'));
    const both = (await raw.until('Z')).filter(({ type }) => type === 'D');
    expect(both.map(({ bytes }) => bytes.toString().includes('ada'))).toEqual([false, false]);
    raw.close();
  });

  it('search COPY in text and csv', async () => {
    const copied = async (text: string) => {
      let out = '';
      for await (const chunk of client.query(copyTo(text))) out += chunk;
      return out;
    };
    expect(await copied('COPY (SELECT id, body, doc FROM note ORDER BY id) TO STDOUT')).toBe(
      '1\tcall [email]\t{"card":"[card]"}\n2\tnothing\t{"a": 1}\n',
    );
    expect(await copied('COPY (SELECT body, raw FROM note WHERE id = 1) TO STDOUT (FORMAT csv)')).toBe(
      'call [email],"{""to"":""[email]""}"\n',
    );
    const masked = await copied('COPY (SELECT ssn, name FROM customers WHERE id = 1) TO STDOUT');
    expect(masked).toMatch(/^\[masked\]\t/);
  });

  it('let a row pass that is too large to be searched, where no mask hides a column of it', async () => {
    const size = 17 * 1024 * 1024;
    const { rows } = await client.query(`SELECT repeat('x', ${size}) AS big`);
    expect(rows[0].big).toHaveLength(size);
  });
});
