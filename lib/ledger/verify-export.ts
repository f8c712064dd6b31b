import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from '#lib/core/canonical-json';
import { type Envelope, envelopeJson } from './envelope.ts';
import { exportFormat, exportVersion } from './export-format.ts';
import { LedgerFaultError, type ReplayedEntry, TreeReplay } from './replay-tree.ts';
import type { NoteVerifier } from './signed-note.ts';

export interface VerifiedExport {
  readonly size: number;
  /** Hex. */
  readonly root: string;
  readonly checkpoints: number;
  readonly payloadsForgotten: number;
  readonly origin: string;
  /** The last checkpoint's note. */
  readonly checkpoint: string;
  /** True when one of the given keys signed the last checkpoint. */
  readonly signed: boolean;
}

type Line = Readonly<Record<string, unknown>>;

/**
 * Checks an export offline, line by line: every leaf, every checkpoint on the way, and that nothing
 * is missing or follows. `against`: checkpoints kept elsewhere, which must lie in its past.
 * Throws `LedgerFaultError` with the line. `onEntry` sees each entry after its check.
 */
export async function verifyExport(
  lines: AsyncIterable<string>,
  verifiers: readonly NoteVerifier[],
  against: readonly string[] = [],
  onEntry?: (entry: ReplayedEntry) => void,
): Promise<VerifiedExport> {
  const reader = new LineReader(lines);
  const head = await reader.next();
  if (head?.kind !== 'head' || head.format !== exportFormat) {
    throw reader.fault('this is not a ledger export, or its first line is damaged');
  }
  if (head.version !== exportVersion) {
    throw reader.fault(`version ${String(head.version)} is not known here; use a newer program`);
  }
  const notes: string[] = [];
  let line = await reader.next();
  for (; line?.kind === 'checkpoint'; line = await reader.next()) notes.push(String(line.note));
  const last = notes.at(-1);
  if (last === undefined) throw reader.fault('a checkpoint must stand here');
  const replay = new TreeReplay([...notes, ...against], verifiers);
  for (; line?.kind === 'entry'; line = await reader.next()) {
    const entry = entryOf(line, replay.size, reader);
    replay.add(entry, `line ${reader.number}: entry ${entry.id}`, String(line.leaf));
    onEntry?.(entry);
  }
  await requireEnd(line, reader, replay.size, notes.length);
  replay.finish();
  const signed = replay.checkpoints.find((checkpoint) => checkpoint.size === replay.size);
  if (!signed || head.size !== replay.size) throw reader.fault('no checkpoint covers the last entries');
  return {
    size: replay.size,
    root: replay.root().toString('hex'),
    checkpoints: notes.length,
    payloadsForgotten: replay.payloadsForgotten,
    origin: signed.origin,
    checkpoint: last,
    signed: signed.verifier !== null,
  };
}

async function requireEnd(
  line: Line | null,
  reader: LineReader,
  entries: number,
  checkpoints: number,
): Promise<void> {
  if (line?.kind !== 'end') throw reader.fault('the export is cut short here, or this line is damaged');
  if (line.entries !== entries || line.checkpoints !== checkpoints || line.digest !== reader.digestBefore) {
    throw reader.fault('the lines before are not those that were exported');
  }
  if ((await reader.next()) !== null) throw reader.fault('something follows the end');
}

function entryOf(line: Line, position: number, reader: LineReader): ReplayedEntry {
  const json = line.envelope as Json;
  const fields = json as {
    readonly id: string;
    readonly at: string;
    readonly actor: { readonly kind: string; readonly id: string | null; readonly name: string };
    readonly action: string;
    readonly subject: { readonly kind: string; readonly id: string };
    readonly summary: string;
    readonly payloadHash: string;
  };
  if (line.position !== position)
    throw reader.fault(`entry ${String(line.position)} stands where ${position} must`);
  if (Object.keys(line).sort().join() !== 'envelope,kind,leaf,payload,position,salt') {
    throw reader.fault('the line holds what an entry does not have, or lacks what it has');
  }
  try {
    const envelope: Envelope = {
      id: fields.id,
      at: new Date(fields.at),
      actorKind: fields.actor.kind,
      actorId: fields.actor.id,
      actorName: fields.actor.name,
      action: fields.action,
      subjectKind: fields.subject.kind,
      subjectId: fields.subject.id,
      summary: fields.summary,
      payloadHash: Buffer.from(fields.payloadHash, 'hex'),
    };
    if (envelopeJson(envelope) === canonicalJson(json)) {
      return { ...envelope, salt: Buffer.from(String(line.salt), 'hex'), payload: line.payload };
    }
  } catch {
    throw reader.fault('the entry is not readable');
  }
  throw reader.fault('the entry holds what an entry does not have');
}

/** Parses lines, counts them, and keeps the digest of those before the last. */
class LineReader {
  readonly #lines: AsyncIterator<string>;
  readonly #hash = createHash('sha256');
  number = 0;
  digestBefore = '';

  constructor(lines: AsyncIterable<string>) {
    this.#lines = lines[Symbol.asyncIterator]();
  }

  async next(): Promise<Line | null> {
    const { value, done } = await this.#lines.next();
    if (done) return null;
    this.number += 1;
    const parsed = this.#parse(value);
    if (parsed.kind === 'end') this.digestBefore = this.#hash.copy().digest('hex');
    this.#hash.update(value).update('\n');
    return parsed;
  }

  fault(message: string): LedgerFaultError {
    return new LedgerFaultError(`line ${this.number}`, message);
  }

  #parse(text: string): Line {
    try {
      const value: unknown = JSON.parse(text);
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Line;
    } catch {
      // Said below, with the line's number.
    }
    throw this.fault('it is not readable');
  }
}
