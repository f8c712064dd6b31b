import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { segmentNumber } from './segment.ts';
import { claimedBytes, parseFrame, segmentMagic } from './spool-frame.ts';

const windowBytes = 1024 * 1024;

export interface ReadFrame {
  readonly type: number;
  readonly slot: number;
  /** Valid until the next frame is asked for. */
  readonly payload: Buffer;
}

/** A folder's segments, in the order in which they were written. */
export async function segmentPaths(directory: string): Promise<string[]> {
  const names = (await readdir(directory)).filter((name) => segmentNumber(name) !== null);
  return names.sort().map((name) => join(directory, name));
}

/**
 * Reads a segment's whole frames. Returns the bytes behind the last one: 0, or the torn end of a
 * log whose writer was killed; never more than a window and a frame are in memory.
 */
export async function* readFrames(path: string): AsyncGenerator<ReadFrame, number> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    let window: Buffer = Buffer.alloc(0);
    let offset = segmentMagic.length;
    for (let at = 0; ; ) {
      const frame = parseFrame(window, at);
      if (frame) {
        yield { type: frame.type, slot: frame.slot, payload: window.subarray(frame.start, frame.end) };
        at = frame.end;
        continue;
      }
      offset += at;
      const claimed = claimedBytes(window, at) ?? 0;
      const length = Math.min(Math.max(windowBytes, claimed), size - offset);
      if (length <= window.length - at) return size - offset;
      const next = Buffer.allocUnsafe(length);
      const { bytesRead } = await handle.read(next, 0, length, offset);
      if (bytesRead <= window.length - at) return size - offset;
      window = next.subarray(0, bytesRead);
      at = 0;
    }
  } finally {
    await handle.close();
  }
}
