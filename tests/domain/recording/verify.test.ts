import { createHash, generateKeyPairSync, randomBytes, randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { bufferSource, RecordingFault, RecordingReader, verifyRecording } from '#lib/recording/index';
import { flipped, intent, key, makeRecording, signing, statements } from './fixture.ts';

const publicKeys = [signing.publicKey];

function verify(bytes: Buffer) {
  return verifyRecording(bufferSource(bytes), publicKeys);
}

async function faultOf(bytes: Buffer): Promise<RecordingFault> {
  try {
    await verify(bytes);
  } catch (error) {
    if (error instanceof RecordingFault) return error;
    throw error;
  }
  throw new Error('it was found intact');
}

test('an intact recording says what it is, and its digest is that of the file', async () => {
  const { bytes, digest } = await makeRecording(statements(10, 4), { signingKey: signing.privateKey });
  const found = await verify(bytes);
  expect(found).toMatchObject({ records: 20, statements: 10, blocks: 4, state: 'sealed', signer: 'trusted' });
  expect(found.digest).toBe(digest);
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(digest);
});

test('every single flipped bit of a small recording is found, without any key', async () => {
  const { bytes } = await makeRecording(statements(3, 2), { signingKey: signing.privateKey });
  for (let at = 0; at < bytes.length; at += 1) {
    for (const bit of [0, 7]) {
      await expect(
        verifyRecording(bufferSource(flipped(bytes, at, bit))),
        `byte ${at}, bit ${bit}`,
      ).rejects.toBeInstanceOf(RecordingFault);
    }
  }
});

test('random flips in a large recording are found', async () => {
  const rows = (): string => randomBytes(600).toString('base64');
  const blocks = Array.from({ length: 40 }, () => Array.from({ length: 60 }, () => intent(rows())));
  const { bytes } = await makeRecording(blocks);
  expect(bytes.length).toBeGreaterThan(1_500_000);
  for (let tries = 0; tries < 60; tries += 1) {
    const at = randomInt(bytes.length);
    await expect(verify(flipped(bytes, at, randomInt(8))), `byte ${at}`).rejects.toBeInstanceOf(
      RecordingFault,
    );
  }
});

test('the block that was changed is named', async () => {
  const { bytes, offsets } = await makeRecording(statements(9, 3));
  const second = offsets[1] as number;
  expect(await faultOf(flipped(bytes, second + 60, 3))).toMatchObject({ place: 'block 2', offset: second });
  expect((await faultOf(flipped(bytes, 3, 0))).place).toBe('header');
  expect((await faultOf(flipped(bytes, bytes.length - 1, 0))).place).toBe('trailer');
  expect((await faultOf(flipped(bytes, (offsets[3] as number) + 5, 0))).place).toBe('footer');
});

test('cut at every byte, it is never intact', async () => {
  const { bytes } = await makeRecording(statements(2, 1));
  for (let length = 0; length < bytes.length; length += 1) {
    await expect(verify(bytes.subarray(0, length)), `${length} bytes`).rejects.toBeInstanceOf(RecordingFault);
  }
});

test('a byte inserted, removed or appended is found', async () => {
  const { bytes } = await makeRecording(statements(2, 1));
  for (let at = 0; at <= bytes.length; at += 7) {
    const inserted = Buffer.concat([bytes.subarray(0, at), Buffer.from([0]), bytes.subarray(at)]);
    await expect(verify(inserted), `inserted at ${at}`).rejects.toBeInstanceOf(RecordingFault);
    if (at === bytes.length) continue;
    const removed = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
    await expect(verify(removed), `removed at ${at}`).rejects.toBeInstanceOf(RecordingFault);
  }
  expect(await faultOf(Buffer.concat([bytes, bytes]))).toMatchObject({ place: 'trailer' });
});

test('blocks removed, doubled, swapped or taken from another session are found where they stand', async () => {
  const { bytes, offsets } = await makeRecording(statements(8, 2));
  const other = await makeRecording(statements(8, 2), { sessionId: 'ses_other' });
  const at = (block: number) => offsets[block - 1] as number;
  const cut = (block: number) => bytes.subarray(at(block), at(block + 1));
  const without = Buffer.concat([bytes.subarray(0, at(2)), bytes.subarray(at(3))]);
  const doubled = Buffer.concat([bytes.subarray(0, at(3)), cut(2), bytes.subarray(at(3))]);
  const swapped = Buffer.concat([bytes.subarray(0, at(2)), cut(3), cut(2), bytes.subarray(at(4))]);
  const foreign = Buffer.concat([
    bytes.subarray(0, at(2)),
    other.bytes.subarray(other.offsets[1], other.offsets[2]),
    bytes.subarray(at(3)),
  ]);
  expect(await faultOf(without)).toMatchObject({ place: 'block 2', offset: at(2) });
  expect(await faultOf(doubled)).toMatchObject({ place: 'block 3' });
  expect(await faultOf(swapped)).toMatchObject({ place: 'block 2', offset: at(2) });
  expect((await faultOf(foreign)).place).toBe('block 2');
});

test('a recording that was made anew by who has the sealing key is not signed by us', async () => {
  const mallory = generateKeyPairSync('ed25519');
  const original = await makeRecording(statements(2, 1), { signingKey: signing.privateKey });
  const forged = await makeRecording(statements(1, 1), { signingKey: mallory.privateKey });
  const unsigned = await makeRecording(statements(1, 1));
  expect((await verify(forged.bytes)).signer).toBe('unknown');
  expect((await verify(unsigned.bytes)).signer).toBe('none');
  expect((await verify(unsigned.bytes)).digest).not.toBe(original.digest);
});

test('a seal taken from another file is refused', async () => {
  const original = await makeRecording(statements(2, 1), { signingKey: signing.privateKey });
  const forged = await makeRecording(statements(1, 1));
  const bytes = Buffer.concat([forged.bytes.subarray(0, -148), original.bytes.subarray(-148)]);
  expect((await faultOf(bytes)).place).toBe('trailer');
  const seal = original.bytes.subarray(-140, -40);
  const grafted = Buffer.from(forged.bytes);
  seal.copy(grafted, grafted.length - 140);
  const body = grafted.subarray(0, -40);
  createHash('sha256')
    .update(body)
    .digest()
    .copy(grafted, grafted.length - 40);
  expect(await faultOf(grafted)).toMatchObject({
    place: 'trailer',
    message: expect.stringContaining('signature'),
  });
});

test('future versions, foreign files and nothing at all are named', async () => {
  const { bytes } = await makeRecording(statements(1, 1));
  const future = Buffer.from(bytes);
  future.writeUInt16LE(2, 8);
  expect((await faultOf(future)).message).toMatch(/format version 2 is not known/);
  expect((await faultOf(Buffer.from('PK\x03\x04 and so on and on'))).message).toMatch(
    /not a Countersign recording/,
  );
  expect((await faultOf(Buffer.alloc(0))).message).toMatch(/cut short/);
  await expect(RecordingReader.open(bufferSource(future), key)).rejects.toThrow(/format version 2/);
});

test('impossible lengths are refused before anything is read', async () => {
  const { bytes, offsets } = await makeRecording(statements(2, 1));
  const block = Buffer.from(bytes);
  block.writeUInt32LE(0x7fffffff, (offsets[0] as number) + 32);
  expect((await faultOf(block)).message).toMatch(/length is not possible/);
  const clear = Buffer.from(bytes);
  clear.writeUInt32LE(0xffffffff, 12);
  expect((await faultOf(clear)).message).toMatch(/not possible/);
});
