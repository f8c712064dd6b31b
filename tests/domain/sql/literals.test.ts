import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maskedText } from '#lib/sql/index';
import { literalEnd } from '#lib/sql/literal-end';
import { createSqlWorld, type SqlWorld } from './sql-world.ts';

let world: SqlWorld;

beforeAll(async () => {
  world = await createSqlWorld();
});
afterAll(() => world.close());

async function shown(text: string): Promise<string> {
  const literals = (await world.read(text)).flatMap((facts) => facts.literals);
  return maskedText(text, literals, ({ table, column }) => table === 'customers' && column === 'ssn');
}

describe('literals of masked columns', () => {
  it.each<[text: string, masked: string]>([
    [
      "SELECT 1 FROM customers WHERE ssn = '123-45-6789' AND name = 'Ann'",
      "SELECT 1 FROM customers WHERE ssn = ‹hidden› AND name = 'Ann'",
    ],
    ["SELECT 1 FROM customers WHERE '1' = ssn", 'SELECT 1 FROM customers WHERE ‹hidden› = ssn'],
    [
      "SELECT 1 FROM customers c WHERE c.ssn LIKE '12%' OR ssn IN ('a', 'b')",
      'SELECT 1 FROM customers c WHERE c.ssn LIKE ‹hidden› OR ssn IN (‹hidden›, ‹hidden›)',
    ],
    [
      "SELECT 1 FROM customers WHERE ssn BETWEEN 'a' AND 'b'",
      'SELECT 1 FROM customers WHERE ssn BETWEEN ‹hidden› AND ‹hidden›',
    ],
    [
      "SELECT 1 FROM customers WHERE ssn = ANY(ARRAY['a', 'b'])",
      'SELECT 1 FROM customers WHERE ssn = ANY(ARRAY[‹hidden›, ‹hidden›])',
    ],
    ["SELECT 1 FROM customers WHERE ssn = 'a'::text", 'SELECT 1 FROM customers WHERE ssn = ‹hidden›::text'],
    ["SELECT 1 FROM customers WHERE ssn = btrim('a')", 'SELECT 1 FROM customers WHERE ssn = btrim(‹hidden›)'],
    ["SELECT 1 FROM people WHERE tax_id = 'a'", 'SELECT 1 FROM people WHERE tax_id = ‹hidden›'],
    [
      "INSERT INTO customers (name, ssn) VALUES ('Ann', E'1\\'2'), ('Bo', $$3$$)",
      "INSERT INTO customers (name, ssn) VALUES ('Ann', ‹hidden›), ('Bo', ‹hidden›)",
    ],
    ["INSERT INTO customers (ssn) SELECT '1'", 'INSERT INTO customers (ssn) SELECT ‹hidden›'],
    [
      "UPDATE customers SET ssn = '1', name = 'ß' WHERE id = 7",
      "UPDATE customers SET ssn = ‹hidden›, name = 'ß' WHERE id = 7",
    ],
    ["SELECT 'ü' FROM customers WHERE ssn = 'é''x'", "SELECT 'ü' FROM customers WHERE ssn = ‹hidden›"],
    ["CREATE ROLE x LOGIN PASSWORD 'secret'", 'CREATE ROLE x LOGIN PASSWORD ‹hidden›'],
    [
      "ALTER USER x ENCRYPTED PASSWORD $a$s$a$ VALID UNTIL '2030-01-01'",
      "ALTER USER x ENCRYPTED PASSWORD ‹hidden› VALID UNTIL '2030-01-01'",
    ],
    [
      "CREATE USER MAPPING FOR x SERVER s OPTIONS (user 'u', password 'p')",
      "CREATE USER MAPPING FOR x SERVER s OPTIONS (user 'u', password ‹hidden›)",
    ],
    [
      "CREATE SUBSCRIPTION s CONNECTION 'password=x' PUBLICATION p",
      'CREATE SUBSCRIPTION s CONNECTION ‹hidden› PUBLICATION p',
    ],
  ])('%s', async (text, masked) => {
    expect(await shown(text)).toBe(masked);
  });

  it('name the columns of parameters', async () => {
    const [facts] = await world.read('UPDATE customers SET ssn = $2 WHERE email = $1 AND id > $3');
    expect(facts?.parameters.map(({ number, column }) => [number, column.column])).toEqual([
      [2, 'ssn'],
      [1, 'email'],
      [3, 'id'],
    ]);
  });
});

describe('the end of a constant', () => {
  it.each<[text: string, end: number]>([
    ["'a'", 3],
    ["'a''b' x", 6],
    ["E'a\\'b' x", 7],
    ["'a\\' x", 4],
    ["U&'a' UESCAPE '!'", 5],
    ["$$a'$b$$ x", 8],
    ['$t$a$$b$t$ x', 10],
    ["'a'\n 'b' x", 8],
    ["'a' -- c\n 'b' x", 13],
    ["'a' 'b'", 3],
    ['12.5e-3+1', 7],
    ['-12 x', 3],
    ['$12+1', 3],
    ['true)', 4],
    ["x'ff'", 5],
    ["'open", 5],
  ])('%s', (text, end) => {
    expect(literalEnd(text, 0)).toBe(end);
  });
});

describe('bulk inserts', () => {
  const rows = Array.from({ length: 4_000 }, (_, row) => `('name ${row}', 'ssn-${row}', $${row + 1})`);
  const text = `INSERT INTO customers (name, ssn, email) VALUES ${rows.join(', ')} RETURNING id`;

  it('count every row, hide what belongs to masked columns, and know their parameters', async () => {
    const [facts] = await world.read(text);
    expect(facts?.attributes.rows_known).toBe(4_000);
    expect(facts?.parameters).toHaveLength(4_000);
    expect(facts?.parameters.every(({ column }) => column.column === 'email')).toBe(true);
    const masked = await shown(text);
    expect(masked).not.toContain('ssn-');
    expect(masked.endsWith(') RETURNING id')).toBe(true);
  });

  it('see the one row that holds more than constants', async () => {
    const sly = [
      ...rows.slice(0, 3_000),
      "((SELECT ssn FROM customers LIMIT 1), 'x', app.secret(1))",
      ...rows.slice(3_000),
    ];
    const [facts] = await world.read(`INSERT INTO customers (name, ssn, email) VALUES ${sly.join(', ')}`);
    expect(facts?.attributes.rows_known).toBe(4_001);
    expect(facts?.functions.map(({ name }) => name)).toContain('secret');
    expect(facts?.columns.some(({ kind, column }) => kind === 'compute' && column.column === 'ssn')).toBe(
      true,
    );
  });
});
