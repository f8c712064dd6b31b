import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { CountersignError } from '#lib/core/errors';

/** SHA-256 of a stream's bytes, hex. */
export async function digestOf(stream: NodeJS.ReadableStream): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(stream, hash);
  return hash.digest('hex');
}

export function digestOfFile(path: string): Promise<string> {
  return digestOf(createReadStream(path, { highWaterMark: 1024 * 1024 }));
}

export function otherBytes(name: string): CountersignError {
  return new CountersignError(
    'integrity',
    `What the store holds as ${name} is not the recording that was sealed. Nothing was overwritten; look at it.`,
  );
}
