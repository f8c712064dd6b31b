import { open } from 'node:fs/promises';

const chunkBytes = 256 * 1024;

/**
 * A file's bytes in order, through one buffer: each chunk is good until the next is asked for. A stream
 * would make a new buffer each time, and leave them all to the collector.
 */
export async function* fileChunks(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.allocUnsafeSlow(chunkBytes);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, chunkBytes);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
