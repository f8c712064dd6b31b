import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RecordedBody } from '#lib/recording/model';
import { laidOutJson, shownBody } from '../../../components/exchange/body-text.ts';
import { matchesMax, stretchesOf } from '../../../components/exchange/found.ts';
import { planSteps } from '../../../components/session/plan.ts';

const body = (
  data: string,
  mediaType: string | null,
  encoding: 'utf8' | 'base64' = 'utf8',
): RecordedBody => ({
  ...{ data, encoding, mediaType, bytes: data.length, digest: 'd', truncated: false },
});

describe('a body', () => {
  test('JSON is laid out and says nothing else than before', () => {
    const json = '{"a":[1,2.50,{}],"a":12345678901234567890,"s":"x, {\\"y\\": 1}","e":[]}';
    expect(shownBody(body(json, 'application/json; charset=utf-8'))).toEqual({
      text: `{
  "a": [
    1,
    2.50,
    {}
  ],
  "a": 12345678901234567890,
  "s": "x, {\\"y\\": 1}",
  "e": []
}`,
      form: 'JSON',
      isCut: false,
    });
    expect(shownBody(body('{"type":"ADDED"}\n{"type":"DELETED"}', 'application/json')).text).toBe(
      '{\n  "type": "ADDED"\n}\n{\n  "type": "DELETED"\n}',
    );
  });

  test('laid out it is the same JSON, and what is none loses no character but white space', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = JSON.stringify(value);
        expect(JSON.parse(laidOutJson(json))).toEqual(JSON.parse(json));
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",:\\ab1 \n\u202e<') }), (text) => {
        const bare = (one: string) => one.replace(/\s/g, '');
        expect(bare(laidOutJson(text))).toBe(bare(text));
      }),
    );
  });

  test('forms by line, bytes as a dump, the rest as text', () => {
    expect(shownBody(body('a=1+2&b=%3Cimg%3E&c=%zz', 'application/x-www-form-urlencoded')).text).toBe(
      'a = 1 2\nb = <img>\nc = %zz',
    );
    const bytes = Buffer.from('PK\u0003\u0004 <script>').toString('base64');
    expect(shownBody(body(bytes, 'application/zip', 'base64')).text).toBe(
      '000000  50 4b 03 04 20 3c 73 63 72 69 70 74 3e           PK.. <script>',
    );
    expect(shownBody(body('<b>{"a":1}</b>', 'text/html')).text).toBe('<b>{"a":1}</b>');
    expect(shownBody(body('x'.repeat(300_000), null)).isCut).toBe(true);
  });
});

test('words are found whatever their case, as they are written, and the text stays whole', () => {
  const text = 'Pod a.b, pod axb; POD A.B';
  const found = stretchesOf(text, 'a.b');
  expect(found.map((one) => one.text).join('')).toBe(text);
  expect(found.filter(({ match }) => match !== null).map((one) => one.text)).toEqual(['a.b', 'A.B']);
  expect(stretchesOf(text, '')).toHaveLength(1);
  expect(stretchesOf('aaaa'.repeat(5_000), 'a').filter(({ match }) => match !== null)).toHaveLength(
    matchesMax,
  );
});

test('a plan is told step by step; what is none is not', () => {
  const plan = JSON.stringify([
    {
      Plan: {
        'Node Type': 'ModifyTable',
        Operation: 'Delete',
        'Relation Name': 'orders',
        'Plan Rows': 0,
        'Total Cost': 8.3,
        Plans: [
          {
            'Node Type': 'Index Scan',
            'Index Name': 'orders_pkey',
            'Plan Rows': 4,
            'Index Cond': '(id < 5)',
          },
        ],
      },
    },
  ]);
  expect(planSteps(plan)).toEqual([
    { depth: 0, what: 'Delete on orders', rows: 0, cost: 8.3, conditions: [] },
    {
      depth: 1,
      what: 'Index Scan by orders_pkey',
      rows: 4,
      cost: null,
      conditions: ['Index Cond: (id < 5)'],
    },
  ]);
  for (const none of ['', '[]', '{"Plan":7}', 'null', '[{"Plan":null}]']) expect(planSteps(none)).toBeNull();
});
