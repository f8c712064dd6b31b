import { placeholderFinder } from '#lib/masking/index';
import { columnKey, type MaskSpec, maskedColumn } from '#lib/masking/model';
import { fromClient } from '../codec/types.ts';
import { message } from '../codec/write.ts';
import { refusedStatement } from '../errors.ts';
import type { Conversation } from './conversation.ts';
import type { Copying } from './copies.ts';
import type { StatementRun } from './run.ts';

/** A placeholder may lie across two pieces of data; none is longer than this. */
const placeholderBytesMax = 64;

/**
 * Data of a COPY … FROM STDIN into masked columns, searched for placeholders of masked values. All of the
 * data counts, whatever column it goes to.
 */
class CopyIn {
  readonly #isPlaceholder: (text: string) => boolean;
  #rest = '';
  failed = false;

  constructor(masks: readonly MaskSpec[]) {
    this.#isPlaceholder = placeholderFinder(masks);
  }

  sees(bytes: Buffer): void {
    if (this.failed) return;
    const text = this.#rest + bytes.toString('latin1');
    this.failed = this.#isPlaceholder(text);
    this.#rest = text.slice(-placeholderBytesMax);
  }
}

const guards = new WeakMap<StatementRun, CopyIn | null>();

/**
 * Looks at a piece of copied data after it was passed on. When it holds a placeholder, and its message is
 * whole, the copy is made to fail: nothing of it is stored.
 */
export function watchCopyIn(talk: Conversation, bytes: Buffer, isLast: boolean): void {
  const copy = talk.copies.open;
  if (copy === null || copy.operation.refusal !== null) return;
  copy.run.countedCopy?.rows.push(bytes);
  copy.run.countedCopy?.hash.update(bytes);
  const guard = guardOf(talk, copy.run);
  if (guard === null) return;
  guard.sees(bytes);
  if (!guard.failed || !isLast) return;
  copy.operation.refusal = placeholderCopied;
  talk.toUpstream.message(message(fromClient.copyFail, 'placeholders of masked values'));
}

/** The client has sent all of a copy whose rows count. Null: there is nothing to decide. */
export function countedCopying(copy: Copying | null): Copying | null {
  if (copy === null || copy.operation.refusal !== null) return null;
  return copy.run.countedCopy === null ? null : copy;
}

function guardOf(talk: Conversation, run: StatementRun): CopyIn | null {
  const { masks } = talk.session.live.access().resource;
  if (masks.length === 0) return null;
  const known = guards.get(run);
  if (known !== undefined) return known;
  const made = copyInOf(run, masks);
  guards.set(run, made);
  return made;
}

/** Null: it writes no masked column. */
function copyInOf({ view }: StatementRun, masks: readonly MaskSpec[]): CopyIn | null {
  const { facts } = view;
  if (!facts.requests.some(({ member }) => member === 'copy_from')) return null;
  const written = facts.columns
    .filter(({ kind }) => kind === 'written')
    .map(({ column }) => columnKey(column));
  const names = new Set(written);
  const concerned = masks.filter((mask) => {
    const column = maskedColumn(mask);
    return column !== null && names.has(columnKey(column));
  });
  return concerned.length === 0 ? null : new CopyIn(concerned);
}

const placeholderCopied = refusedStatement(
  'The copied data holds a placeholder of a masked value ([masked], ***, masked:… or a mask’s own text), and the real one would be lost',
  'Leave the masked columns out of the COPY, or copy real values.',
);
