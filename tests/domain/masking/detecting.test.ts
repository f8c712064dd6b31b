import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CopyOptions, copySearch, detectingMasker } from '#lib/masking/index';
import { type DetectorName, detectorNames } from '#lib/masking/model';

const text = 25;
const json = 114;
const jsonb = 3802;
const int8 = 20;
const textArray = 1009;
const jsonArray = 199;
const citextLike = 20_000;
const card = '4111111111111111';

function searched(value: string, typeOid = text, format: 0 | 1 = 0, only = detectorNames as never): string {
  const around = Buffer.from(`ada@example.com${value}ada@example.com`);
  const [start, end] = [15, around.length - 15];
  const hidden = detectingMasker(typeOid, format, only)?.(around, start, end);
  return Buffer.from(hidden ?? around.subarray(start, end)).toString();
}

describe('a searched field', () => {
  it.each([
    [text, 'write to ada@example.com now', 'write to [email] now'],
    [text, `pay ${card}`, 'pay [card]'],
    [json, '{"to": "ada@example.com", "n": 1.50}', '{"to":"[email]","n":1.50}'],
    [json, '{"to": "ada\\u0040example.com"}', '{"to":"[email]"}'],
    [json, `{"n": ${card}, "m": [12345678901234567890]}`, '{"n":"[card]","m":[12345678901234567890]}'],
    [json, '{"ada@example.com": {"x": null}}', '{"[email]":{"x":null}}'],
    [json, '"-----BEGIN PRIVATE KEY-----\\nMIIB', '"[masked]"'],
    [jsonb, '["-----BEGIN PRIVATE KEY-----", "x"]', '["[private-key]","x"]'],
    [textArray, '{plain,"a, ada@example.com",NULL}', '{plain,"a, [email]",NULL}'],
    [jsonArray, '{"{\\"to\\": \\"ada\\\\u0040example.com\\"}"}', '{"{\\"to\\":\\"[email]\\"}"}'],
    [citextLike, 'ada@example.com', '[email]'],
  ])('of type %i: %s', (oid, value, hidden) => {
    expect(searched(value, oid)).toBe(hidden);
  });

  it('finds nothing where nothing is', () => {
    for (const [oid, value] of [
      [text, 'at 10:00 A-1 x@y'],
      [json, '{ "a" : 1 , "b\\u0041": [] }'],
      [textArray, '{"a b",c}'],
      [textArray, '{1234567890123,"A B"}'],
    ] as const) {
      const bytes = Buffer.from(value);
      expect(detectingMasker(oid, 0, detectorNames)?.(bytes, 0, bytes.length)).toBeNull();
    }
  });

  it('finds in jsonb of the binary format behind its version', () => {
    const value = Buffer.concat([Uint8Array.of(1), Buffer.from('{"a":"ada@example.com"}')]);
    const hidden = detectingMasker(jsonb, 1, detectorNames)?.(value, 0, value.length);
    expect(Buffer.from(hidden ?? []).toString('latin1')).toBe('\x01{"a":"[email]"}');
  });

  it('leaves other types and other detectors alone', () => {
    expect(detectingMasker(int8, 0, detectorNames)).toBeNull();
    expect(detectingMasker(citextLike, 1, detectorNames)).toBeNull();
    expect(detectingMasker(text, 0, [])).toBeNull();
    expect(searched('ada@example.com', text, 0, ['card'] as never)).toBe('ada@example.com');
  });

  it('makes JSON of any JSON', () => {
    const only: readonly DetectorName[] = detectorNames;
    const masker = detectingMasker(json, 0, only);
    const leaf = fc.constantFrom<unknown>('ada@example.com', card, 7, null, 'x', true);
    const tree = fc.letrec((tie) => ({
      any: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('any')), fc.dictionary(fc.string(), tie('any'))),
    })).any;
    fc.assert(
      fc.property(tree, (value) => {
        const bytes = Buffer.from(JSON.stringify(value));
        const hidden = Buffer.from(masker?.(bytes, 0, bytes.length) ?? bytes).toString();
        JSON.parse(hidden);
        expect(hidden).not.toContain('ada@example.com');
        expect(hidden).not.toContain(card);
      }),
    );
  });
});

describe('a searched copy', () => {
  const search = (options: CopyOptions, pieces: readonly string[]) => {
    const one = copySearch(options, detectorNames, (index) =>
      index === 2 ? null : detectingMasker(text, 0, detectorNames),
    );
    return pieces.map((piece) => Buffer.from(one?.push(Buffer.from(piece)) ?? []).toString()).join('');
  };

  it.each<[CopyOptions, string, string]>([
    [{ format: 'text' }, '1\tada@example.com\tada@example.com\n', '1\t[email]\tada@example.com\n'],
    [{ format: 'text' }, 'Password=ab\\\\cdefg\t\\N\n', '[connection-string]\t\\N\n'],
    [{ format: 'csv' }, '1,"Password=abcdef,g",x\n', '1,"[connection-string]",x\n'],
    [{ format: 'csv' }, '1,"a ""q"" ada@example.com\n",x\n2,b,c\n', '1,"a ""q"" [email]\n",x\n2,b,c\n'],
    [{ format: 'csv', delimiter: ';' }, 'Password=abcdefgh;2\n', '[connection-string];2\n'],
  ])('%j %j', (options, piece, hidden) => {
    expect(search(options, [piece])).toBe(hidden);
  });

  it('passes what is no whole row, byte for byte', () => {
    const pieces = ['1\tada@exam', 'ple.com\n', '2\tx\n'];
    expect(search({ format: 'text' }, pieces)).toBe(pieces.join(''));
    expect(copySearch({ format: 'binary' }, detectorNames, () => null)).toBeNull();
  });
});
