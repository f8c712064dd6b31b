import type { ByteSource } from '../bytes.ts';

/** Bytes of a kept recording, to be closed. */
export interface OpenBytes {
  readonly source: ByteSource;
  close(): Promise<void>;
}

/** Where sealed recordings are kept: they are written once, read in pieces, and removed as a whole. */
export interface SealedStore {
  readonly kind: 'file' | 'blob';
  /**
   * Brings a sealed file in, under a name that is its own. What an earlier try has brought stays.
   * Resolves when the store's bytes were read back and their SHA-256 is `digest` (hex). Throws
   * `integrity` when another file lies there, or when what was read back is another.
   */
  put(name: string, path: string, digest: string): Promise<void>;
  /** Throws `not_found` when there is no such recording. */
  open(name: string): Promise<OpenBytes>;
  /** Removes the bytes; those that are gone already are no fault. */
  remove(name: string): Promise<void>;
}

/** A recording's name in every store: its session's id and nothing that could lead elsewhere. */
export function recordingName(sessionId: string): string {
  if (!/^\w{1,64}$/.test(sessionId)) throw new RangeError('this is no session id');
  return `${sessionId}.csrec`;
}
