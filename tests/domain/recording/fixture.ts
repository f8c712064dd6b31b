import type { KeyObject } from 'node:crypto';
import {
  encodeRecord,
  packBlock,
  type RecordBody,
  RecordingWriter,
  type SealState,
} from '#lib/recording/index';
import { header, intent, key, outcome } from '#tests/domain/recorder/fixture';

export { header, intent, key, outcome, signing } from '#tests/domain/recorder/fixture';

export interface Made {
  readonly bytes: Buffer;
  readonly digest: string;
  /** Where each block starts, the header's first; the last one is the footer's offset. */
  readonly offsets: readonly number[];
}

/** A recording in memory: one inner array is one block. */
export async function makeRecording(
  blocks: readonly (readonly RecordBody[])[],
  options: {
    signingKey?: KeyObject | null;
    sessionId?: string;
    state?: SealState;
    sealingKey?: typeof key;
  } = {},
): Promise<Made> {
  const [writer, start] = await RecordingWriter.start({
    key: options.sealingKey ?? key,
    workerId: 'wrk_test',
    createdAt: new Date('2026-11-24T10:00:00Z'),
    header: header(options.sessionId ?? 'ses_test'),
  });
  const parts = [start];
  const offsets = [start.length];
  let seq = 0;
  for (const bodies of blocks) {
    const firstSeq = seq + 1;
    const plain = Buffer.concat(
      bodies.map((body) => {
        seq += 1;
        return encodeRecord({ seq, atUs: seq * 1_000, body });
      }),
    );
    const statements = bodies.filter((body) => body.kind === 'intent').length;
    const block = { plain, firstSeq, records: bodies.length, statements, firstAtUs: firstSeq * 1_000 };
    parts.push(writer.block(block, await packBlock(plain)));
    offsets.push(writer.offset);
  }
  const [end, finished] = writer.finish(
    options.state ?? 'sealed',
    new Date('2026-11-24T10:05:00Z'),
    seq * 1_000,
    options.signingKey ?? null,
  );
  return { bytes: Buffer.concat([...parts, end]), digest: finished.digest, offsets };
}

/** `count` statements, `perBlock` in a block, each with its outcome. */
export function statements(count: number, perBlock: number): RecordBody[][] {
  const blocks: RecordBody[][] = [];
  let seq = 0;
  for (let done = 0; done < count; done += perBlock) {
    const bodies: RecordBody[] = [];
    for (let at = done; at < Math.min(done + perBlock, count); at += 1) {
      bodies.push(intent(`select * from customers where id = ${at}`));
      seq += 1;
      bodies.push(outcome(seq, { rows: at }));
      seq += 1;
    }
    blocks.push(bodies);
  }
  return blocks;
}

export function flipped(bytes: Buffer, at: number, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ (1 << bit);
  return copy;
}
