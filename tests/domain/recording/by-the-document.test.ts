import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { bufferSource, type RecordBody, RecordingReader } from '#lib/recording/index';
import { createRecorder } from '#proxy/recorder/index';
import { header, intent, key, outcome, ToldPlane, temporaryHome } from '#tests/domain/recorder/fixture';
import { readByTheDocument } from './by-the-document.ts';
import { flipped, makeRecording } from './fixture.ts';
import { golden } from './golden/contents.ts';

test('a program that knows the document alone reads the golden file', async () => {
  const bytes = await readFile(join(import.meta.dirname, 'golden', 'v1.csrec'));
  const read = readByTheDocument(bytes, Buffer.alloc(32, 7), null);
  expect(read.header).toEqual(golden.header);
  expect(read.records.map(({ body }) => body)).toEqual(golden.blocks.flat());
});

test('and what a gateway writes, short records too, as the product itself reads it', async () => {
  const home = temporaryHome();
  const plane = new ToldPlane();
  const recorder = createRecorder({
    ...{ home: home.path, key, controlPlane: plane, workerId: 'wrk_doc', limits: { freeBytesMin: 0 } },
  });
  const session = recorder.open(header('ses_doc'), 'process');
  const columns = [{ name: 'id', typeOid: 23, masked: false }];
  const repeated = intent('SELECT id FROM orders WHERE id = $1');
  for (let n = 0; n < 3_000; n += 1) {
    const parameters = n % 5 === 0 ? null : [`value ${n}`, null];
    const of = session.append({ ...repeated, parameters, ticket: n % 7 === 0 ? `AR-${n}` : null });
    session.append({ kind: 'rows', of, columns, rows: [[String(n)], [null]], truncated: n % 2 === 0 });
    session.append(outcome(of));
    if (n % 100 === 0) await session.flush();
  }
  session.close({ state: 'closed', reason: 'done' });
  await recorder.close();
  while (plane.sealed.length === 0) await delay(10);
  const [sealed] = plane.sealed;
  const bytes = await readFile(sealed?.path ?? '');
  const read = readByTheDocument(bytes, key.bytes, sealed?.wrappedKey ?? null);
  home.remove();

  const own = await RecordingReader.open(bufferSource(bytes), key, sealed?.wrappedKey ?? null);
  const records: { body: RecordBody }[] = [];
  for await (const record of own.records()) records.push(record);
  expect(read.records).toEqual(records);
  expect(read.intents).toBe(3_000);
  // Nearly all of them: each block begins with whole ones.
  expect(read.short).toBeGreaterThan(5_000);
  expect(own.footer.blocks).toBeGreaterThan(3);
});

test('it finds a changed byte wherever it is', async () => {
  const { bytes } = await makeRecording([
    [intent('a'), outcome(1)],
    [intent('b'), outcome(3)],
  ]);
  expect(readByTheDocument(bytes, key.bytes, null).records).toHaveLength(4);
  // The signature is checked by whoever knows the signer, and the digest covers it.
  for (let at = 0; at < bytes.length; at += 7) {
    expect(() => readByTheDocument(flipped(bytes, at, at % 8), key.bytes, null)).toThrow();
  }
});
