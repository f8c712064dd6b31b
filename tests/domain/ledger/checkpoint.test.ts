import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { heldClock } from '#lib/core/clock';
import {
  appendEntry,
  defaultOrigin,
  openCheckpoint,
  parseVerifier,
  publishCheckpoint,
  sequenceEntries,
  verifierLine,
} from '#lib/ledger/index';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const actor = { kind: 'job', name: 'test' } as const;
let control: ControlDatabase;

beforeAll(async () => {
  control = await createControlDatabase();
});
afterAll(() => control.drop());

function append(count: number, change: { dedupeKey?: string; payload?: Record<string, string> } = {}) {
  return control.db.$transaction(async (tx) => {
    const ids: string[] = [];
    for (let at = 0; at < count; at += 1) {
      ids.push(
        await appendEntry(tx, {
          actor,
          action: 'worker.event',
          subject: { kind: 'worker', id: 'wrk_1' },
          summary: 'something happened',
          ...change,
        }),
      );
    }
    return ids;
  });
}

test('entries get their places, once, and a checkpoint signs them', async () => {
  await append(7);
  const clock = heldClock(new Date('2026-11-24T10:00:00Z'));
  const both = await Promise.all([sequenceEntries(control.db), sequenceEntries(control.db)]);
  expect(both.reduce((sum, { sequenced }) => sum + sequenced, 0)).toBe(7);
  expect(await sequenceEntries(control.db)).toEqual({ sequenced: 0, size: 7 });

  const checkpoint = await publishCheckpoint(control.db, privateKey, { clock });
  const line = verifierLine(defaultOrigin(publicKey), publicKey);
  const opened = openCheckpoint(checkpoint?.note ?? '', [parseVerifier(line)]);
  expect(opened).toMatchObject({ size: 7, at: clock.now(), origin: defaultOrigin(privateKey) });
  expect(opened.root).toEqual(checkpoint?.root);
  expect(opened.verifier).not.toBeNull();
});

test('a second checkpoint of the same size is the first one', async () => {
  const first = await publishCheckpoint(control.db, privateKey);
  const second = await publishCheckpoint(control.db, privateKey);
  expect(second?.note).toBe(first?.note);
  expect(await control.db.ledgerCheckpoint.count({ where: { size: BigInt(first?.size ?? 0) } })).toBe(1);
});

test('a transaction that rolls back leaves no entry to sequence', async () => {
  const before = await sequenceEntries(control.db);
  await expect(
    control.db.$transaction(async (tx) => {
      await appendEntry(tx, {
        actor,
        action: 'worker.event',
        subject: { kind: 'worker', id: 'x' },
        summary: 'no',
      });
      throw new Error('rolled back');
    }),
  ).rejects.toThrow('rolled back');
  expect(await sequenceEntries(control.db)).toEqual({ sequenced: 0, size: before.size });
});

test('a second entry with the same key is dropped and names the first', async () => {
  const [first, second] = await append(2, { dedupeKey: 'ses_1:sealed' });
  expect(second).toBe(first);
  expect(await control.db.ledgerEntry.count({ where: { dedupeKey: 'ses_1:sealed' } })).toBe(1);
});

test('text that the database can not hold is made storable before it is hashed', async () => {
  await append(1, { payload: { 'a\0b': 'nul \0 and \ud800 alone' } });
  const found = await control.db.ledgerEntry.findFirstOrThrow({ orderBy: { id: 'desc' } });
  expect(found.payload).toEqual({ 'a\u2400b': 'nul \u2400 and \ufffd alone' });
});
