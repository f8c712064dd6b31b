import { join } from 'node:path';
import { expect, test } from 'vitest';
import { publicKeyFromRaw } from '#lib/core/ed25519';
import { openRecordingFile, verifyRecordingFile } from '#lib/recording/index';
import { golden } from './golden/contents.ts';

// A file of format version 1, written once. When this test fails, old recordings have become
// unreadable: that needs a new format version, never a new golden file.

const path = join(import.meta.dirname, 'golden', 'v1.csrec');
const key = { id: 'golden', bytes: Buffer.alloc(32, 7) };

test('a recording of version 1 verifies', async () => {
  const signer = publicKeyFromRaw(
    Buffer.from('fd1724385aa0c75b64fb78cd602fa1d991fdebf76b13c58ed702eac835e9f618', 'hex'),
  );
  expect(await verifyRecordingFile(path, [signer])).toMatchObject({
    digest: 'a36a72ea05d4d8b5643a49e4612e8cdaf3cf10924b37314dd40abfaa463ab10d',
    signer: 'trusted',
    records: 6,
    statements: 1,
    blocks: 3,
    state: 'sealed',
    sealedAt: new Date('2026-11-24T10:05:00Z'),
    header: { sessionId: 'ses_golden', workerId: 'wrk_golden', keyId: 'golden' },
  });
});

test('and reads back', async () => {
  const { reader, close } = await openRecordingFile(path, key);
  expect(reader.header).toEqual(golden.header);
  const { records } = await reader.page(1, 100);
  expect(records.map((record) => record.body)).toEqual(golden.blocks.flat());
  expect(records.map((record) => [record.seq, record.atUs])).toEqual(
    golden.blocks.flat().map((_, at) => [at + 1, (at + 1) * 1_000]),
  );
  await close();
});
