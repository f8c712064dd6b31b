import { canonicalJson } from '#lib/core/canonical-json';
import { clearHeaderBytesMax, formatVersion, magic, preludeBytes, RecordingFault } from './format.ts';

/** What stands unencrypted at the start of the file: enough to find the key, and nothing confidential. */
export interface ClearHeader {
  readonly sessionId: string;
  readonly workerId: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly cipher: 'aes-256-gcm';
  /** Id of the key that wraps the data key. */
  readonly keyId: string;
  /** The data key in a sealing envelope, base64; null: it is kept apart, so that it can be destroyed. */
  readonly wrappedKey: string | null;
}

/** Magic, version, length and the header itself. */
export function encodePrelude(header: ClearHeader): Buffer {
  const json = Buffer.from(canonicalJson({ ...header }), 'utf8');
  const head = Buffer.alloc(preludeBytes);
  magic.copy(head, 0);
  head.writeUInt16LE(formatVersion, 8);
  head.writeUInt32LE(json.length, 12);
  return Buffer.concat([head, json]);
}

/** Checks the first 16 bytes; returns how many bytes of header follow. */
export function readPreludeHead(head: Buffer): number {
  if (head.length < preludeBytes) throw new RecordingFault('header', 0, 'the file is cut short');
  if (!head.subarray(0, magic.length).equals(magic)) {
    throw new RecordingFault(
      'header',
      0,
      'this is not a Countersign recording, or its first bytes are damaged',
    );
  }
  const version = head.readUInt16LE(8);
  if (version !== formatVersion) {
    throw new RecordingFault(
      'header',
      8,
      `format version ${version} is not known here (this program reads version ${formatVersion}); use the program that wrote it, or a newer one`,
    );
  }
  if (head.readUInt16LE(10) !== 0) throw new RecordingFault('header', 10, 'reserved bytes are set');
  const length = head.readUInt32LE(12);
  if (length === 0 || length > clearHeaderBytesMax) {
    throw new RecordingFault('header', 12, `a header of ${length} bytes is not possible`);
  }
  return length;
}

/** Parses the header after its length is known. */
export function parseClearHeader(json: Buffer): ClearHeader {
  let value: unknown;
  try {
    value = JSON.parse(json.toString('utf8'));
  } catch (cause) {
    throw new RecordingFault('header', preludeBytes, 'the header is not readable', cause);
  }
  if (!isClearHeader(value)) {
    throw new RecordingFault('header', preludeBytes, 'the header lacks what this version needs');
  }
  return value;
}

function isClearHeader(value: unknown): value is ClearHeader {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Record<string, unknown>;
  return (
    ['sessionId', 'workerId', 'createdAt', 'keyId'].every((name) => typeof fields[name] === 'string') &&
    (typeof fields.wrappedKey === 'string' || fields.wrappedKey === null) &&
    fields.cipher === 'aes-256-gcm'
  );
}
