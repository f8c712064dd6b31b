import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RecordBody } from '#lib/recording/model';
import { bodyJson } from '#proxy/recorder/body-json';
import { rowJson } from '#proxy/recorder/row-json';
import { intent, outcome, row } from './fixture.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '"', '\\', '\n', '\u0000', '\u2028', '\ud800', '😀', '</script>', '"}'),
);
const textOrNull = fc.option(anyText, { nil: null });

test('hand-written JSON says what JSON.stringify says, for any text', () => {
  fc.assert(
    fc.property(
      anyText,
      anyText,
      textOrNull,
      fc.array(textOrNull),
      fc.array(anyText),
      (a, b, c, parameters, list) => {
        const bodies: RecordBody[] = [
          intent(a, {
            parameters: list.length % 2 === 0 ? null : parameters,
            tag: b,
            actions: list,
            objects: [...list, a],
            decision: { outcome: 'hold', policies: [{ id: a, kind: 'rule' }], message: c, grantIds: list },
            factsDigest: b,
            ticket: c,
          }),
          outcome(3, { commandTag: c, bytesDigest: a, error: c === null ? null : { code: a, message: b } }),
          { kind: 'notice', of: null, from: 'gateway', severity: a, message: b },
        ];
        for (const body of bodies) {
          const plain = JSON.parse(JSON.stringify(body));
          expect(JSON.parse(bodyJson(body))).toEqual(plain);
          expect(JSON.parse(bodyJson(body)), 'from the kept lists').toEqual(plain);
        }
        const found = { ...row('ses_1', 4), text: a, errorText: c, objects: list, policies: list, ticket: c };
        expect(JSON.parse(rowJson(found))).toEqual({
          ...JSON.parse(JSON.stringify(found)),
          at: found.at.getTime(),
        });
      },
    ),
  );
});

test('every member is there: a new one in the model can not be forgotten here', () => {
  expect(Object.keys(JSON.parse(bodyJson(intent('a')))).sort()).toEqual(Object.keys(intent('a')).sort());
  expect(Object.keys(JSON.parse(bodyJson(outcome(1)))).sort()).toEqual(Object.keys(outcome(1)).sort());
  expect(Object.keys(JSON.parse(rowJson(row('s', 1)))).sort()).toEqual(Object.keys(row('s', 1)).sort());
});
