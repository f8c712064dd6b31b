import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createParser, factsOf } from '#lib/sql/index';
import type { Catalog, ParsedMessage, SqlSessionState } from '#lib/sql/model';
import { textCharactersMax } from '#lib/sql/parser/limits';
import type { Parser } from '#lib/sql/parser/parser';

const catalog: Catalog = {
  epoch: 1,
  relation: () => null,
  relationByOid: () => null,
  functions: () => [],
  hasSchema: () => true,
};
const session: SqlSessionState = { searchPath: ['public'], role: 'x', tempSchema: null };

/** Ways to nest: how deep a text of each gets is up to `n`. */
const nests: readonly (readonly [name: string, text: (n: number) => string])[] = [
  ['terms', (n) => `SELECT ${'1+'.repeat(n)}1`],
  ['parentheses', (n) => `SELECT ${'('.repeat(n)}1${')'.repeat(n)}`],
  ['negations', (n) => `SELECT ${'NOT '.repeat(n)}true`],
  ['subscripts', (n) => `SELECT ${'a['.repeat(n)}1${']'.repeat(n)}`],
  ['calls', (n) => `SELECT ${'f('.repeat(n)}1${')'.repeat(n)}`],
  ['unions', (n) => `SELECT 1${' UNION SELECT 1'.repeat(n)}`],
  ['subqueries', (n) => `SELECT ${'(SELECT '.repeat(n)}1${')'.repeat(n)}`],
  ['branches', (n) => `SELECT ${'CASE WHEN '.repeat(n)}1${' THEN 1 END'.repeat(n)}`],
  ['joins', (n) => `SELECT 1 FROM a${' JOIN a ON true'.repeat(n)}`],
  ['arrays', (n) => `SELECT ARRAY${'['.repeat(n)}1${']'.repeat(n)}`],
  ['casts', (n) => `SELECT 1${'::int'.repeat(n)}`],
  ['from', (n) => `SELECT 1 FROM ${'(SELECT 1 FROM '.repeat(n)}a${') x'.repeat(n)}`],
  [
    'ctes',
    (n) =>
      `${'WITH RECURSIVE a AS (SELECT 1 UNION ALL ('.repeat(n)}SELECT 1${')) SELECT 1 FROM a'.repeat(n)}`,
  ],
  [
    'doubling stars',
    (n) => `SELECT * FROM ${'(SELECT *, * FROM '.repeat(n)}(VALUES (1)) v${') x'.repeat(n)}`,
  ],
  ['unfinished', (n) => `SELECT ${'('.repeat(n)}`],
  ['quotes', (n) => `SELECT ${"'".repeat(n * 2 + 1)}`],
];

let parser: Parser;

beforeAll(async () => {
  parser = await createParser();
});
afterAll(() => parser.close());

function isHonest(parsed: ParsedMessage): boolean {
  if (parsed.kind !== 'parsed') return false;
  const [facts] = factsOf(parsed, catalog, session).statements;
  return facts?.requests[0]?.member === 'delete' && facts.attributes.has_where === true;
}

describe('the parser under attack', () => {
  it('gives the next honest text its right answer after thousands of hostile ones', async () => {
    const depths = [10, 300, 700, 1_400, 2_500, 9_000, 20_000, 60_000];
    let refused = 0;
    for (let round = 0; round < 24; round++) {
      for (const [, text] of nests) {
        const depth = depths[round % depths.length] ?? 10;
        const parsed = await parser.parse(text(depth));
        if (parsed.kind === 'refused') refused++;
        else factsOf(parsed, catalog, session);
        expect(isHonest(await parser.parse('DELETE FROM orders WHERE id = 1'))).toBe(true);
      }
    }
    expect(refused).toBeGreaterThan(100);
    const long = `DELETE FROM orders WHERE id IN (${Array.from({ length: 5_000 }, (_, id) => id).join(', ')})`;
    expect(isHonest(await parser.parse(long))).toBe(true);
  }, 120_000);

  it('survives short texts that would leak its stack, thousands of times', async () => {
    for (let round = 0; round < 3_000; round++) {
      const nest = nests[round % nests.length];
      await parser.parse((nest?.[1] ?? String)(150 + (round % 50)).slice(0, 2_990));
    }
    expect(isHonest(await parser.parse('DELETE FROM orders WHERE id = 1'))).toBe(true);
  }, 60_000);

  it('never waits for a hostile text with a short one', async () => {
    const slow = parser.parse(`SELECT ${'1+'.repeat(100_000)}1`);
    const quick = parser.parse('SELECT 1');
    expect(quick).not.toBeInstanceOf(Promise);
    expect((await slow).kind).toBe('refused');
  });

  it.each<[name: string, text: string, sqlState: string]>([
    ['a syntax error', 'SELEC 1', '42601'],
    ['an open string', "SELECT 'x", '42601'],
    ['an open comment', 'SELECT 1 /* x', '42601'],
    ['a placeholder of another database', 'SELECT ?', '42601'],
    ['a NUL', 'SELECT 1\0; DROP TABLE x', '22021'],
    ['half a surrogate pair', "SELECT '\ud800'", '22021'],
    ['a text that is too long', `SELECT '${'x'.repeat(textCharactersMax)}'`, '54000'],
    ['terms without end', `SELECT ${'1+'.repeat(50_000)}1`, '54001'],
  ])('refuses %s', async (_name, text, sqlState) => {
    const parsed = await parser.parse(text);
    expect(parsed).toMatchObject({ kind: 'refused', error: { sqlState } });
    const [facts] = factsOf(parsed, catalog, session).statements;
    expect(facts?.refusals[0]?.sqlState).toBe(sqlState);
  });

  it('points at the place of a syntax error in characters', async () => {
    expect(await parser.parse("SELECT 'é', x y z")).toMatchObject({ error: { position: 17 } });
  });

  it('refuses what is waiting when it closes, and after', async () => {
    const own = await createParser();
    const waiting = own.parse(`SELECT ${'1+'.repeat(50_000)}1`);
    own.close();
    expect((await waiting).kind).toBe('refused');
    expect((await own.parse('x'.repeat(4_000))).kind).toBe('refused');
  });
});
