// The one form of a pack's container (APPNOTE 6.3, stored entries only): fixed times, no extra
// fields, no comments, UTF-8 names. Each byte follows from names, contents and their order.

const localSignature = 0x04034b50;
const centralSignature = 0x02014b50;
const endSignature = 0x06054b50;
export const localHeaderBytes = 30;
export const centralHeaderBytes = 46;
export const endBytes = 22;
const version = 20;
/** Names are UTF-8. */
const flags = 0x0800;
const stored = 0;
/** 1 January 1980, 00:00: the earliest that the format knows. */
const dosTime = 0;
const dosDate = 0x21;
/** What 32-bit offsets can hold; a larger pack would need another format. */
export const archiveBytesMax = 0xffff_fffe;

export interface ZipEntry {
  readonly name: string;
  readonly crc: number;
  readonly bytes: number;
}

export function localHeader({ name, crc, bytes }: ZipEntry): Buffer {
  const label = Buffer.from(name, 'utf8');
  const head = Buffer.alloc(localHeaderBytes);
  head.writeUInt32LE(localSignature, 0);
  head.writeUInt16LE(version, 4);
  head.writeUInt16LE(flags, 6);
  head.writeUInt16LE(stored, 8);
  head.writeUInt16LE(dosTime, 10);
  head.writeUInt16LE(dosDate, 12);
  head.writeUInt32LE(crc, 14);
  head.writeUInt32LE(bytes, 18);
  head.writeUInt32LE(bytes, 22);
  head.writeUInt16LE(label.length, 26);
  return Buffer.concat([head, label]);
}

export function centralHeader({ name, crc, bytes }: ZipEntry, offset: number): Buffer {
  const label = Buffer.from(name, 'utf8');
  const head = Buffer.alloc(centralHeaderBytes);
  head.writeUInt32LE(centralSignature, 0);
  head.writeUInt16LE(version, 4);
  head.writeUInt16LE(version, 6);
  head.writeUInt16LE(flags, 8);
  head.writeUInt16LE(stored, 10);
  head.writeUInt16LE(dosTime, 12);
  head.writeUInt16LE(dosDate, 14);
  head.writeUInt32LE(crc, 16);
  head.writeUInt32LE(bytes, 20);
  head.writeUInt32LE(bytes, 24);
  head.writeUInt16LE(label.length, 28);
  head.writeUInt32LE(offset, 42);
  return Buffer.concat([head, label]);
}

export function endRecord(entries: number, directoryBytes: number, directoryOffset: number): Buffer {
  const end = Buffer.alloc(endBytes);
  end.writeUInt32LE(endSignature, 0);
  end.writeUInt16LE(entries, 8);
  end.writeUInt16LE(entries, 10);
  end.writeUInt32LE(directoryBytes, 12);
  end.writeUInt32LE(directoryOffset, 16);
  return end;
}
