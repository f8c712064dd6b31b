import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { CountersignError } from '#lib/core/errors';
import { fileChunks } from './file-chunks.ts';
import { archiveBytesMax, centralHeader, endRecord, localHeader, type ZipEntry } from './zip-format.ts';

export interface ZipSource {
  readonly name: string;
  /** A path, whose bytes are streamed, or the bytes themselves. */
  readonly content: string | Uint8Array;
}

/** Writes the canonical container of these files, in their order, and syncs it. */
export async function writeZip(path: string, sources: readonly ZipSource[]): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    const placed: { entry: ZipEntry; offset: number }[] = [];
    let offset = 0;
    for (const source of sources) {
      const entry = await writeEntry(file, source, offset);
      placed.push({ entry, offset });
      offset += localHeader(entry).length + entry.bytes;
      if (offset > archiveBytesMax) {
        throw new CountersignError(
          'limit',
          'The pack would be larger than 4 GiB; review in smaller campaigns.',
        );
      }
    }
    const directory = Buffer.concat(placed.map(({ entry, offset: at }) => centralHeader(entry, at)));
    await file.write(directory, 0, directory.length, offset);
    const end = endRecord(placed.length, directory.length, offset);
    await file.write(end, 0, end.length, offset + directory.length);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Content first, then the header before it: its size and sum are known only afterwards. */
async function writeEntry(file: FileHandle, source: ZipSource, offset: number): Promise<ZipEntry> {
  const start = offset + localHeader({ name: source.name, crc: 0, bytes: 0 }).length;
  let crc = 0;
  let bytes = 0;
  for await (const chunk of chunksOf(source.content)) {
    await file.write(chunk, 0, chunk.length, start + bytes);
    crc = crc32(chunk, crc);
    bytes += chunk.length;
  }
  const entry = { name: source.name, crc, bytes };
  const header = localHeader(entry);
  await file.write(header, 0, header.length, offset);
  return entry;
}

async function* chunksOf(content: string | Uint8Array): AsyncGenerator<Uint8Array> {
  if (typeof content !== 'string') yield content;
  else yield* fileChunks(content);
}
