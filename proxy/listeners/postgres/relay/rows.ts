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
    if (!this.#within(run, head as Operation, end - start)) return;
    run.rows += 1;
    const masker = this.#maskerOf(head as Operation);
    const formats = head?.portal?.resultFormats ?? [];
    const describedAs = head?.portal?.describedAs ?? null;
    if (run.rows === 1 && describedAs !== null) run.describe(describedAs.columns, masker);
    if (masker === null) return this.#asItCame(run, buffer, start, end, formats);
    const before = masker.maskedFields;
    const detectedBefore = masker.detectedFields;
    const row = masker.mask(buffer, start, end);
    if (row === null) return this.#asItCame(run, buffer, start, end, formats);
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
    if (head.exceeded !== null || head.muted) return false;
    const over = run.quota === null ? null : run.quota.row(bytes);
    if (over === null) return true;
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
      this.#copyMasked(run, this.#copying.data(buffer.subarray(first ? start + 5 : start, end)));
    }
    if (last) this.#swallowing = false;
  }

  #beginParts(run: StatementRun): void {
    const talk = this.#talk;
    const isRow = this.#reader.type !== fromServer.copyData;
    talk.toClient.attribute(run);
    this.#copying = null;
    this.#swallowing = !this.#within(run, talk.queue.head as Operation, this.#reader.declared + 1);
    run.keepsNoMore();
    if (this.#swallowing) return;
    if (isRow) run.rows += 1;
    const found = isRow ? this.#maskerOf(talk.queue.head as Operation) : null;
    // A row too large to be searched passes: detectors are no boundary. One with a mask is hidden whole.
    const masker = found?.searchesOnly ? null : found;
    this.#copying = isRow ? null : run.copyOut;
    this.#swallowing = masker !== null || this.#copying !== null;
    if (masker !== null) {
      talk.toClient.message(masker.hiddenRow());
      this.#masked(run, masker.columns);
    }
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
    if (!this.#within(run, head as Operation, end - start)) return;
    if (run.copyOut !== null) {
      this.#copyMasked(run, run.copyOut.data(buffer.subarray(start + 5, end)));
      return;
    }
    this.#talk.toClient.range(buffer, start, end);
    if (run.keepsRows) run.keepRow([buffer.toString('utf8', start + 5, end)], end - start);
  }

  copyEnded(): void {
    const { head } = this.#talk.queue;
    const run = runOf(head);
    if (head?.exceeded || head?.muted) return;
    if (run.copyOut !== null) this.#copyMasked(run, run.copyOut.end());
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
