import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createParser, decodeText, parseSearchPath } from '#lib/sql/index';
import type { Parser } from '#lib/sql/parser/parser';

let parser: Parser;

beforeAll(async () => {
  parser = await createParser();
});
afterAll(() => parser.close());

async function statementsOf(text: string): Promise<string[]> {
  const parsed = await parser.parse(text);
  return parsed.kind === 'parsed'
    ? parsed.statements.map(({ start, end }) => text.slice(start, end))
    : ['refused'];
}

describe('texts', () => {
  it.each<[text: string, statements: readonly string[]]>([
    ['SELECT 1', ['SELECT 1']],
    ["SELECT 'é;ß' ; DELETE FROM t;", ["SELECT 'é;ß'", 'DELETE FROM t']],
    ["SELECT '😀'; SELECT 2", ["SELECT '😀'", 'SELECT 2']],
    ['', []],
    [' ; ;; ', []],
    ['-- nothing', []],
    ['SELECT $$a;b$$; SELECT 2', ['SELECT $$a;b$$', 'SELECT 2']],
  ])('split %s', async (text, statements) => {
    expect(await statementsOf(text)).toEqual(statements);
  });

  it('split the same on this thread and in the parser thread', async () => {
    const padding = ' '.repeat(4_000);
    expect(await statementsOf(`SELECT 'é';${padding}SELECT 2`)).toEqual(["SELECT 'é'", 'SELECT 2']);
  });
});

describe('trees', () => {
  it('hold every character of a text as it is', async () => {
    const odd = Array.from({ length: 160 }, (_, code) => String.fromCharCode(code + 1)).join('');
    const value = `${odd}\u2028\u2029\ufeff\ufffd😀`;
    const parsed = await parser.parse(`SELECT '${value.replaceAll("'", "''")}'`);
    expect(JSON.stringify(parsed)).toContain(JSON.stringify({ sval: { sval: value }, location: 7 }));
  });
});

describe('canonical text', () => {
  it.each<[text: string, canonical: string | null]>([
    ['SELECT   1 -- x\n;', 'SELECT 1'],
    ['SELECT/**/1', 'SELECT 1'],
    ["SELECT 'a  b'", "SELECT 'a  b'"],
    ['SELECT "a"".b"', 'SELECT "a"".b"'],
    ['SELECT $tag$ -- kept $tag$', 'SELECT $tag$ -- kept $tag$'],
    ["SELECT E'\\'' || $1", "SELECT E'\\'' || $1"],
    ["SELECT '\u0001\u2028\\'", "SELECT '\u0001\u2028\\'"],
    ["SELECT 'x", null],
  ])('of %s', (text, canonical) => {
    expect(parser.canonical(text)).toBe(canonical);
  });

  it('is equal for texts that differ in space and comments, and for no others', () => {
    const token = fc.constantFrom(
      'SELECT',
      "'a  b'",
      '"c d"',
      '1',
      ',',
      '(',
      ')',
      '$$x -- y$$',
      "E'\\''",
      '$1',
      '+',
      '-',
    );
    const space = fc.constantFrom(' ', '\n', '  ', ' /* x */ ', ' -- c\n ', '\t');
    fc.assert(
      fc.property(
        fc.array(token, { minLength: 1, maxLength: 8 }),
        fc.array(space, { minLength: 8, maxLength: 8 }),
        (tokens, spaces) => {
          const text = tokens.map((one, index) => `${one}${spaces[index] ?? ' '}`).join('');
          const expected = tokens.reduce((all, one, index) => {
            const before = tokens[index - 1];
            // Strings with a line break between them are one string to Postgres.
            const continued =
              before?.endsWith("'") && one.startsWith("'") && /\n/.test(spaces[index - 1] ?? '');
            return continued ? Number.NaN : all + one.length + 1;
          }, -1);
          if (Number.isNaN(expected)) return;
          expect(parser.canonical(text)).toBe(tokens.join(' '));
        },
      ),
      { seed: 20261124, numRuns: 300 },
    );
  });
});

describe('bytes', () => {
  it('are a text only when they are UTF-8 without NUL', () => {
    expect(decodeText(Buffer.from("SELECT 'é'"))).toBe("SELECT 'é'");
    expect(decodeText(Buffer.from([0x53, 0xc0, 0x80]))).toBeNull();
    expect(decodeText(Buffer.from([0x53, 0xff]))).toBeNull();
    expect(decodeText(Buffer.from([0x53, 0x00, 0x53]))).toBeNull();
    expect(decodeText(Buffer.from([0xef, 0xbb, 0xbf, 0x53]))).toBe('\ufeffS');
  });
});

describe('search path', () => {
  it.each<[setting: string, schemas: readonly string[]]>([
    ['"$user", public', ['$user', 'public']],
    ['Public,"Mixed Case"', ['public', 'Mixed Case']],
    ['"a""b", "c,d"', ['a"b', 'c,d']],
    ['', []],
    ['""', []],
  ])('of %s', (setting, schemas) => {
    expect(parseSearchPath(setting)).toEqual(schemas);
  });
});
