import { createDecipheriv, createHash } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';

// A reader written from docs/recording-format.md alone: nothing of lib/recording is used here.

export interface ReadRecord {
  readonly seq: number;
  readonly atUs: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface ReadFile {
  readonly header: unknown;
  readonly records: readonly ReadRecord[];
  readonly intents: number;
  /** Records that were written short. */
  readonly short: number;
}

const sha256 = (...parts: readonly (string | Buffer)[]) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`by the document: ${what}`);
}

function unseal(key: Buffer, nonce: Buffer, tag: Buffer, cipher: Buffer, additional: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, nonce);
  decipher.setAAD(additional);
  decipher.setAuthTag(tag);
  return Buffer.concat([decipher.update(cipher), decipher.final()]);
}

/** `wrappedKey`: the envelope, where the file does not hold it. */
export function readByTheDocument(file: Buffer, sealingKey: Buffer, wrappedKey: string | null): ReadFile {
  must(file.subarray(0, 8).toString('hex') === '8943535245430d0a', 'magic');
  must(file.readUInt16LE(8) === 1 && file.readUInt16LE(10) === 0, 'version');
  const prelude = file.subarray(0, 16 + file.readUInt32LE(12));
  const clear = JSON.parse(prelude.subarray(16).toString()) as {
    sessionId: string;
    wrappedKey: string | null;
  };
  const envelope = Buffer.from(clear.wrappedKey ?? wrappedKey ?? '', 'base64');
  must(envelope[0] === 1, 'envelope');
  const dataKey = unseal(
    sealingKey,
    envelope.subarray(1, 13),
    envelope.subarray(13, 29),
    envelope.subarray(29),
    Buffer.from(`recording:${clear.sessionId}`),
  );
  const fileId = sha256('countersign recording id\0', prelude);
  const trailer = file.subarray(-148);
  must(trailer.subarray(140).toString('latin1') === 'CSRECEND', 'end');
  must(trailer.subarray(108, 140).equals(sha256(file.subarray(0, -40))), 'digest');
  const footerAt = Number(trailer.readBigUInt64LE(0));

  let chain = sha256('countersign recording v1\0', prelude);
  let at = prelude.length;
  let header: unknown;
  let intents = 0;
  let short = 0;
  const records: ReadRecord[] = [];
  const starts: number[] = [];
  for (let index = 0; at < footerAt; index += 1) {
    const head = file.subarray(at, at + 48);
    const length = head.readUInt32LE(32);
    const cipher = file.subarray(at + 48, at + 48 + length);
    const tag = file.subarray(at + 48 + length, at + 64 + length);
    chain = sha256(chain, file.subarray(at, at + 64 + length));
    must(chain.equals(file.subarray(at + 64 + length, at + 96 + length)), `chain of block ${index}`);
    must(head[0] === (index === 0 ? 0x48 : 0x42) && head.readUInt32LE(4) === index, `block ${index}`);
    const packed = unseal(dataKey, head.subarray(36, 48), tag, cipher, Buffer.concat([fileId, head]));
    const plain = head[1] === 1 ? zstdDecompressSync(packed) : packed;
    must(plain.length === head.readUInt32LE(28), 'length before compression');
    starts.push(at);
    at += 96 + length;
    if (index === 0) {
      header = JSON.parse(plain.toString());
      continue;
    }
    const block = readBlock(plain);
    must(block.records[0]?.seq === head.readUInt32LE(8), 'first sequence');
    must(block.records[0]?.atUs === Number(head.readBigUInt64LE(20)), 'first time');
    must(block.records.length === head.readUInt32LE(12) && block.intents === head.readUInt32LE(16), 'counts');
    records.push(...block.records);
    intents += block.intents;
    short += block.short;
  }
  checkFooter(file.subarray(footerAt, file.length - 148), { dataKey, fileId, chain, starts });
  return { header, records, intents, short };
}

const kinds = [
  'intent',
  'outcome',
  'rows',
  'approval',
  'notice',
  'end',
  'terminal',
  'resize',
  'request',
  'response',
];
const shortKinds = new Map([
  [16, { kind: 'intent', own: ['kind', 'parameters', 'ticket'] }],
  [17, { kind: 'rows', own: ['kind', 'of', 'rows', 'truncated'] }],
]);

function readBlock(plain: Buffer) {
  const records: ReadRecord[] = [];
  const whole = new Map<number, Readonly<Record<string, unknown>>>();
  let intents = 0;
  let short = 0;
  for (let at = 0; at < plain.length; ) {
    const length = plain.readUInt32LE(at);
    const seq = plain.readUInt32LE(at + 4);
    const code = plain[at + 14] ?? 0;
    must(plain[at + 15] === 0, 'the zero byte');
    let body = JSON.parse(plain.subarray(at + 16, at + 16 + length).toString()) as Record<string, unknown>;
    const form = shortKinds.get(code);
    must(body.kind === (form?.kind ?? kinds[code - 1]), `kind of record ${seq}`);
    if (form) {
      const { like, ...own } = body;
      const known = whole.get(Number(like));
      must(known?.kind === form.kind, `record ${seq} is like ${String(like)}`);
      must(Object.keys(own).sort().join() === form.own.toSorted().join(), `members of short record ${seq}`);
      body = form.kind === 'rows' ? { ...own, columns: known.columns } : { ...known, ...own };
      short += 1;
    } else whole.set(seq, body);
    if (body.kind === 'intent') intents += 1;
    records.push({ seq, atUs: plain.readUIntLE(at + 8, 6), body });
    at += 16 + length;
  }
  return { records, intents, short };
}

function checkFooter(
  footer: Buffer,
  {
    dataKey,
    fileId,
    chain,
    starts,
  }: { dataKey: Buffer; fileId: Buffer; chain: Buffer; starts: readonly number[] },
): void {
  const blocks = footer.readUInt32LE(4);
  must(footer[0] === 0x46 && blocks === starts.length, 'footer');
  must(footer.subarray(40, 72).equals(chain), 'the last chain value');
  const end = 72 + 32 * blocks;
  starts.forEach((start, index) => {
    must(Number(footer.readBigUInt64LE(72 + 32 * index)) === start, `index of block ${index}`);
  });
  const covered = Buffer.concat([fileId, footer.subarray(0, end)]);
  unseal(
    dataKey,
    footer.subarray(end, end + 12),
    footer.subarray(end + 12, end + 28),
    Buffer.alloc(0),
    covered,
  );
}
