import { expect, test } from 'vitest';
import { Importer } from '#proxy/recorder/importer';
import { recorderLimits } from '#proxy/recorder/limits';
import type { Spool } from '#proxy/recorder/spool';
import { row, ToldPlane } from './fixture.ts';

test('after a row that could not be written, the next of its kind stands whole, with its facts', () => {
  const written: string[] = [];
  let room = false;
  const spool = {
    current: { rows: new Map(), undelivered: 0 },
    nextOffset: 8,
    json(_type: number, _slot: number, json: string) {
      if (!room) throw new Error('no room');
      written.push(json);
    },
  };
  const importer = new Importer(spool as unknown as Spool, new ToldPlane(), recorderLimits, () => {});
  const one = row('ses_1', 1);
  expect(() => importer.add(1, one, { tables: [] })).toThrow('no room');
  room = true;
  importer.add(1, { ...one, seq: 3 }, { tables: [] });
  importer.add(1, { ...one, seq: 5 }, { tables: [] });
  const [whole, like] = written.map((json) => JSON.parse(json));
  expect(whole).toMatchObject({
    number: 1,
    row: { seq: 3, text: 'select 1' },
    facts: { facts: { tables: [] } },
  });
  expect(like).toMatchObject({ like: 1, row: { seq: 5 }, facts: null });
});
