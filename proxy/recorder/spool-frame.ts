import { crc32 } from 'node:zlib';

// A spool frame: u32 payload length · u32 CRC-32 of everything after it · u8 type · 3 zero bytes ·
// u32 slot (which session of this worker) · payload. Integers are little-endian.

export const frameHeadBytes = 16;
export const segmentMagic = Buffer.from('CSSPOOL1', 'latin1');

export const spoolFrames = {
  /** JSON: the session's header and durability. Stands again in each segment that has its records. */
  open: 1,
  /** A record, as it will stand in a block. */
  record: 2,
  /** JSON: a row for the statement index, and its facts when they were new. */
  row: 3,
} as const;

export interface SpoolFrame {
  readonly type: number;
  readonly slot: number;
  /** Into the bytes that were parsed. */
  readonly start: number;
  readonly end: number;
}

/** Fills in the head of a frame whose payload of `bytes` already stands behind it. */
export function closeFrame(target: Buffer, at: number, type: number, slot: number, bytes: number): void {
  target.writeUInt32LE(bytes, at);
  target.writeUInt32LE(type, at + 8);
  target.writeUInt32LE(slot, at + 12);
  target.writeUInt32LE(crc32(target.subarray(at + 8, at + frameHeadBytes + bytes)), at + 4);
}

/**
 * The frame at `at`, or null when what stands there is not a whole, undamaged frame: the torn end
 * of a log whose writer was killed, or bytes that come with the next read.
 */
export function parseFrame(bytes: Buffer, at: number): SpoolFrame | null {
  if (bytes.length - at < frameHeadBytes) return null;
  const length = bytes.readUInt32LE(at);
  const start = at + frameHeadBytes;
  if (length > bytes.length - start) return null;
  const type = bytes.readUInt32LE(at + 8);
  if (type < spoolFrames.open || type > spoolFrames.row) return null;
  if (crc32(bytes.subarray(at + 8, start + length)) !== bytes.readUInt32LE(at + 4)) return null;
  return { type, slot: bytes.readUInt32LE(at + 12), start, end: start + length };
}

/** How many bytes the frame at `at` claims to take, its head included; null: the head is not there yet. */
export function claimedBytes(bytes: Buffer, at: number): number | null {
  return bytes.length - at < frameHeadBytes ? null : frameHeadBytes + bytes.readUInt32LE(at);
}
