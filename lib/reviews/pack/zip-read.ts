import { crc32 } from 'node:zlib';
import { CountersignError } from '#lib/core/errors';
import { centralHeader, endRecord, localHeader, localHeaderBytes, type ZipEntry } from './zip-format.ts';

const nameBytesMax = 200;

/** What is wrong with a container: at which file, or at the container itself. */
export class ContainerFault extends CountersignError {
  readonly file: string;

  constructor(file: string, message: string) {
    super('integrity', message);
    this.name = 'ContainerFault';
    this.file = file;
  }
}

/**
 * The files of a canonical container. Everything but their contents is derived again and compared:
 * any other byte, before, between or after them, is refused with `ContainerFault`.
 */
export function readZip(archive: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  const files = new Map<string, Uint8Array>();
  const directory: Buffer[] = [];
  let offset = 0;
  while (offset + 4 <= bytes.length && bytes.readUInt32LE(offset) === 0x04034b50) {
    const { entry, content, next } = readEntry(bytes, offset);
    if (files.has(entry.name)) throw new ContainerFault(entry.name, 'it is there twice');
    files.set(entry.name, content);
    directory.push(centralHeader(entry, offset));
    offset = next;
  }
  const central = Buffer.concat(directory);
  const tail = Buffer.concat([central, endRecord(directory.length, central.length, offset)]);
  if (files.size === 0 || !bytes.subarray(offset).equals(tail)) {
    throw new ContainerFault('container', 'the archive’s directory is not the one that its files make');
  }
  return files;
}

function readEntry(bytes: Buffer, offset: number) {
  const nameBytes = offset + localHeaderBytes <= bytes.length ? bytes.readUInt16LE(offset + 26) : 0;
  const contentAt = offset + localHeaderBytes + nameBytes;
  if (nameBytes === 0 || nameBytes > nameBytesMax || contentAt > bytes.length) {
    throw new ContainerFault('container', `the file header at byte ${offset} is cut short or damaged`);
  }
  const name = bytes.toString('utf8', offset + localHeaderBytes, contentAt);
  const size = bytes.readUInt32LE(offset + 18);
  const next = contentAt + size;
  if (next > bytes.length)
    throw new ContainerFault('container', `the file header at byte ${offset} is damaged`);
  const content = bytes.subarray(contentAt, next);
  const entry: ZipEntry = { name, crc: crc32(content), bytes: size };
  if (!localHeader(entry).equals(bytes.subarray(offset, contentAt))) {
    throw new ContainerFault(name, 'its content does not fit its header in the archive');
  }
  return { entry, content, next };
}
