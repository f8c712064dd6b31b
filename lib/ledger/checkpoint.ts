import { CountersignError } from '#lib/core/errors';
import { type NoteVerifier, openNote } from './signed-note.ts';

/** A tree head as C2SP tlog-checkpoint writes it, with the signer's time as an extension line. */
export interface CheckpointText {
  /** Names the log; also the signer's name. */
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
  /** When the signer says it was; null: the note does not say. */
  readonly at: Date | null;
}

export interface OpenedCheckpoint extends CheckpointText {
  readonly verifier: NoteVerifier | null;
}

export function formatCheckpoint(head: CheckpointText): string {
  const time = head.at ? `time ${head.at.toISOString()}\n` : '';
  return `${head.origin}\n${head.size}\n${head.root.toString('base64')}\n${time}`;
}

/** Reads a checkpoint note. Throws `integrity` when it is malformed or a known key's signature is wrong. */
export function openCheckpoint(note: string, verifiers: readonly NoteVerifier[] = []): OpenedCheckpoint {
  const { text, verifier } = openNote(note, verifiers);
  const [origin, sizeText, rootText, ...extensions] = text.split('\n');
  const root = Buffer.from(rootText ?? '', 'base64');
  const size = /^(0|[1-9][0-9]{0,15})$/.test(sizeText ?? '') ? Number(sizeText) : -1;
  if (!origin || size < 0 || root.length !== 32 || root.toString('base64') !== rootText) {
    throw new CountersignError('integrity', 'this is not a checkpoint: origin, size or root is not readable');
  }
  const time = extensions.find((line) => line.startsWith('time '))?.slice(5);
  return { origin, size, root, at: time === undefined ? null : new Date(time), verifier };
}
