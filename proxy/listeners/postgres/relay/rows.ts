import type { LimitTerm } from '#lib/policies/model';
import { counted } from '#proxy/metrics';
import { FrameFault, type FrameReader } from '../codec/frames.ts';
import { readRow } from '../codec/read.ts';
import { fromServer } from '../codec/types.ts';
import type { Conversation } from './conversation.ts';
import { type CopyOut, copyOut } from './copy-out.ts';
import { exceed } from './exceeding.ts';
import type { Masking } from './masking.ts';
import type { Operation } from './operations.ts';
import { formatOf, type RowMasker } from './row-masker.ts';
import type { StatementRun } from './run.ts';

/** Rows and copied data on their way to the agent: masked, counted, kept for the recording. */
export class Rows {
  readonly #talk: Conversation;
  readonly #reader: FrameReader;
  readonly #masking: Masking;
  /** The rest of a row that is too large to be masked is not passed on. */
  #swallowing = false;
  #copying: CopyOut | null = null;

  constructor(conversation: Conversation, reader: FrameReader, masking: Masking) {
    this.#talk = conversation;
    this.#reader = reader;
    this.#masking = masking;
  }

  /** One whole DataRow. */
  row(): void {
    const talk = this.#talk;
    const { buffer, start, end } = this.#reader;
    const { head } = talk.queue;
    if (head?.probe) return head.probe.row(buffer, start, end);
    const run = runOf(head);
    talk.toClient.attribute(run);
    if (isOver(head as Operation)) return;
    const masker = this.#maskerOf(head as Operation);
    const before = masker?.maskedFields ?? 0;
    const detectedBefore = masker?.detectedFields ?? 0;
    const row = masker?.mask(buffer, start, end) ?? null;
    // Limits count what is sent: what is hidden must not be told by its length.
    if (!this.#within(run, head as Operation, row?.length ?? end - start)) return;
    run.rows += 1;
    const formats = head?.portal?.resultFormats ?? [];
    const describedAs = head?.portal?.describedAs ?? null;
    if (run.rows === 1 && describedAs !== null) run.describe(describedAs.columns, masker);
    if (masker === null || row === null) return this.#asItCame(run, buffer, start, end, formats);
    this.#masked(run, masker.maskedFields - before);
    if (masker.detectedFields > detectedBefore) this.#masking.tellDetected();
    talk.toClient.message(row);
    if (run.keepsRows) keep(run, row, 0, row.length, formats);
  }

  #asItCame(run: StatementRun, buffer: Buffer, start: number, end: number, formats: readonly number[]): void {
    this.#talk.toClient.range(buffer, start, end);
    if (run.keepsRows) keep(run, buffer, start, end, formats);
  }

  /** The whole answer to a FunctionCall: its one value is recorded by its bytes. */
  result(): void {
    const talk = this.#talk;
    const { buffer, start, end } = this.#reader;
    const { head } = talk.queue;
    const run = runOf(head);
    talk.toClient.attribute(run);
    if (!this.#within(run, head as Operation, end - start)) return;
    run.rows += 1;
    talk.toClient.range(buffer, start, end);
    const isNull = end - start === 9 && buffer.readInt32BE(start + 5) === -1;
    run.keepRow([isNull ? null : `b64:${buffer.toString('base64', start + 9, end)}`], end - start);
  }

  /** Counts a row or a piece of copied data; false: it is beyond a limit, and not passed on. */
  #within(run: StatementRun, head: Operation, bytes: number): boolean {
    return !isOver(head) && this.#counts(head, run.quota?.row(bytes));
  }

  #counts(head: Operation, over: LimitTerm | null | undefined): boolean {
    if (over === null || over === undefined) return true;
    exceed(this.#talk, head, over);
    return false;
  }

  /** A piece of a streamed row or of copied data. */
  part(): void {
    const { first, last, buffer, start, end } = this.#reader;
    const run = runOf(this.#talk.queue.head);
    if (first) this.#beginParts(run);
    if (!this.#swallowing) this.#talk.toClient.range(buffer, start, end);
    else if (this.#copying !== null) {
      const data = this.#copying.data(buffer.subarray(first ? start + 5 : start, end));
      this.#copyMore(run, this.#talk.queue.head as Operation, data);
    }
    if (last) this.#swallowing = false;
  }

  #beginParts(run: StatementRun): void {
    const talk = this.#talk;
    const isRow = this.#reader.type !== fromServer.copyData;
    const head = talk.queue.head as Operation;
    talk.toClient.attribute(run);
    const found = isRow ? this.#maskerOf(head) : null;
    // A row too large to be searched passes: detectors are no boundary. One with a mask is hidden whole.
    const row = found === null || found.searchesOnly ? null : found.hiddenRow();
    const copying = isRow ? null : run.copyOut;
    const bytes = copying === null ? (row?.length ?? this.#reader.declared + 1) : 0;
    const isWithin = this.#within(run, head, bytes);
    run.keepsNoMore();
    this.#copying = isWithin ? copying : null;
    this.#swallowing = !isWithin || row !== null || copying !== null;
    if (!isWithin || !isRow) return;
    run.rows += 1;
    if (row === null) return;
    talk.toClient.message(row);
    this.#masked(run, found?.columns ?? 0);
  }

  /** Another piece of a row that was counted: its bytes count as they are sent. */
  #copyMore(run: StatementRun, head: Operation, data: Buffer | null): void {
    if (isOver(head)) return;
    if (data === null || this.#counts(head, run.quota?.bytes(data.length))) this.#copyMasked(run, data);
  }

  beginCopyOut(run: StatementRun): void {
    const plan = run.decision.masks;
    const { detect = [] } = this.#talk.session.live.access().resource;
    const isMasked = plan.everything || plan.outputs.length > 0;
    if (!isMasked && detect.length === 0) return;
    if (run.copyOptions === null) {
      if (!isMasked) return;
      throw new FrameFault('a copy of masked columns began that was not expected');
    }
    const catalog = this.#talk.catalog.current();
    run.copyOut = copyOut(plan, run.copyOptions, run.view.facts, catalog, this.#masking.key, detect);
    this.#masking.tellCopy(run);
  }

  /** One whole CopyData. */
  copied(): void {
    const { buffer, start, end } = this.#reader;
    const { head } = this.#talk.queue;
    const run = runOf(head);
    if (isOver(head as Operation)) return;
    if (run.copyOut !== null) {
      const data = run.copyOut.data(buffer.subarray(start + 5, end));
      if (this.#within(run, head as Operation, data?.length ?? 0)) this.#copyMasked(run, data);
      return;
    }
    if (!this.#within(run, head as Operation, end - start)) return;
    this.#talk.toClient.range(buffer, start, end);
    if (run.keepsRows) run.keepRow([buffer.toString('utf8', start + 5, end)], end - start);
  }

  copyEnded(): void {
    const { head } = this.#talk.queue;
    const run = runOf(head);
    if (isOver(head as Operation)) return;
    if (run.copyOut !== null) this.#copyMore(run, head as Operation, run.copyOut.end());
  }

  #copyMasked(run: StatementRun, data: Buffer | null): void {
    this.#masked(run, (run.copyOut?.maskedFields ?? 0) - run.maskedFields);
    if ((run.copyOut?.detectedFields ?? 0) > 0) this.#masking.tellDetected();
    if (data === null) return;
    this.#talk.toClient.message(data);
    if (run.keepsRows) run.keepRow([data.toString('utf8', 5)], data.length);
  }

  #masked(run: StatementRun, fields: number): void {
    run.maskedFields += fields;
    this.#talk.services.metrics.add(counted.maskedFields, fields);
  }

  #maskerOf({ run, portal }: Operation): RowMasker | null {
    return portal === null ? (run?.masker ?? null) : this.#masking.maskerOf(portal);
  }
}

/** Nothing of its answer goes on any more. */
function isOver(head: Operation): boolean {
  return head.exceeded !== null || head.muted;
}

function runOf(head: Operation | undefined): StatementRun {
  const run = head?.run ?? null;
  if (
    head === undefined ||
    head.internal ||
    run === null ||
    (head.kind !== 'query' && head.kind !== 'execute')
  ) {
    throw new FrameFault('rows came that nobody asked for');
  }
  return run;
}

function keep(
  run: StatementRun,
  buffer: Buffer,
  start: number,
  end: number,
  formats: readonly number[],
): void {
  const row = readRow(buffer, start, end, (from, to, index) =>
    formatOf(formats, index) === 0
      ? buffer.toString('utf8', from, to)
      : `b64:${buffer.toString('base64', from, to)}`,
  );
  run.keepRow(row, end - start);
}
