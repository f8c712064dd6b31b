import { statementCharsMax } from '#lib/core/limits';
import { type Delivery, FrameFault } from './frames.ts';
import { fromClient, fromServer } from './types.ts';

const mebibyte = 1024 * 1024;

/** Postgres' own bound on a startup packet. */
export const startupBytesMax = 10_000;
/** Postgres' own bound on what it takes as a password; tokens are shorter. */
export const passwordBytesMax = 65_535;
/** Query and Parse: a text is at most statementCharsMax characters of at most 4 bytes, and its names. */
export const textBytesMax = 4 * statementCharsMax + 64 * 1024;
/** Bind carries values that must be known before they run: they are held whole. */
export const bindBytesMax = 64 * mebibyte;
/** Execute, Describe, Close, CopyFail: a name and a few bytes. */
export const smallBytesMax = 64 * 1024;
/** Rows up to this size are recorded and masked from one buffer; larger ones stream, or are hidden whole. */
export const rowBytesMax = 16 * mebibyte;
/** An unmasked row larger than this is not kept back until it is complete. */
export const rowBytesWhole = 256 * 1024;
/** Postgres' own bound on any message. */
export const messageBytesMax = 0x3fff_ffff;
/** Anything else that a server sends: row descriptions of 1,664 columns, long errors. */
export const serverBytesMax = 16 * mebibyte;

/** What a client may send after startup, and how it is delivered. */
export function clientDelivery(type: number, length: number): Delivery {
  switch (type) {
    case fromClient.copyData:
      return 'stream';
    case fromClient.query:
    case fromClient.parse:
      return held(length, textBytesMax, 'the statement');
    case fromClient.bind:
      return held(length, bindBytesMax, 'the message with bound values');
    case fromClient.functionCall:
      return held(length, bindBytesMax, 'the function call');
    case fromClient.password:
      return within(length, passwordBytesMax, 'the password message');
    default:
      return within(length, smallBytesMax, 'a message');
  }
}

/** What a server may send: rows and copied data stream, unless `rowsWhole` (they are masked). */
export function serverDelivery(type: number, length: number, rowsWhole: boolean): Delivery {
  if (type === fromServer.dataRow || type === fromServer.copyData) {
    return length <= (rowsWhole ? rowBytesMax : rowBytesWhole) ? 'whole' : 'stream';
  }
  if (type === fromServer.functionResult) return length <= rowBytesWhole ? 'whole' : 'stream';
  return within(length, serverBytesMax, 'a message of the target');
}

/** Too long to be read, but not a lie about its length: it streams past and is refused. */
function held(length: number, bytesMax: number, what: string): Delivery {
  if (length <= bytesMax) return 'whole';
  if (length <= messageBytesMax) return 'stream';
  return within(length, messageBytesMax, what);
}

function within(length: number, bytesMax: number, what: string): Delivery {
  if (length <= bytesMax) return 'whole';
  throw new FrameFault(`${what} declares ${length} bytes; at most ${bytesMax} are taken`);
}
