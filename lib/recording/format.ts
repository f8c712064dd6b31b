import { CountersignError } from '#lib/core/errors';

// Layout constants of `.csrec`, as docs/recording-format.md writes them down. Integers are little-endian.

/** First byte above 127 and CR LF, as in PNG: a transfer in text mode is seen at once. */
export const magic = Buffer.from([0x89, 0x43, 0x53, 0x52, 0x45, 0x43, 0x0d, 0x0a]);
export const endMagic = Buffer.from('CSRECEND', 'latin1');
export const formatVersion = 1;

export const preludeBytes = 16;
export const blockHeaderBytes = 48;
export const nonceBytes = 12;
export const tagBytes = 16;
export const digestBytes = 32;
export const indexEntryBytes = 32;
export const footerHeadBytes = 72;
export const trailerBytes = 148;

/** A block is closed when it holds this many bytes of records, or after a second. */
export const blockBytesTarget = 64 * 1024;
/** The clear header holds ids and a wrapped key: anything longer is not ours. */
export const clearHeaderBytesMax = 16 * 1024;
/** The longest record: a statement of the longest allowed text, escaped, with its parameters. */
export const recordBytesMax = 16 * 1024 * 1024;
/** A block is closed before it passes this; declared lengths above it are refused unread. */
export const blockBytesMax = recordBytesMax + blockBytesTarget;

/** A page of records ends with the block that passes this, however many records were asked for. */
export const pageBytesMax = 4 * 1024 * 1024;

export const frameTypes = { header: 0x48, records: 0x42, footer: 0x46 } as const;
export const compressions = { none: 0, zstd: 1 } as const;

/** Why a file is not a good recording: where it stands in the file, and what is wrong there. */
export class RecordingFault extends CountersignError {
  /** `header`, `block 3`, `footer`, `trailer`. */
  readonly place: string;
  /** Bytes from the start of the file. */
  readonly offset: number;

  constructor(place: string, offset: number, message: string, cause?: unknown) {
    super('integrity', `${place} at byte ${offset}: ${message}`, {
      details: [{ at: `${place}@${offset}`, message }],
      ...(cause === undefined ? {} : { cause }),
    });
    this.place = place;
    this.offset = offset;
  }
}
