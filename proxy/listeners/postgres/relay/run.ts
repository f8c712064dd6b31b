import { createHash, type Hash, hash } from 'node:crypto';
import type { CopyOptions } from '#lib/masking/index';
import type { Decision } from '#lib/policies/model';
import type { OutcomeStatus, RowsRecord } from '#lib/recording/model';
import type { OpenSession } from '#proxy/pipeline/passage';
import type { ColumnDescription } from '../codec/read.ts';
import type { CopyOut } from './copy-out.ts';
import type { CountedCopy } from './counted-copy.ts';
import type { FactsView } from './facts-view.ts';
import type { Quota } from './limits.ts';
import type { RowMasker } from './row-masker.ts';
import { shownText } from './shown-text.ts';

/** Rows of one statement that the recording keeps; what went beyond is counted and hashed only. */
const rowsRecordedMax = 1_000;
const rowBytesRecordedMax = 256 * 1024;
const rowsPerRecord = 100;

/** One statement on its way: its intent stands in the recording, its outcome is being gathered. */
export class StatementRun {
  readonly view: FactsView;
  readonly decision: Decision;
  ticket: string | null;
  readonly parameters: readonly (string | null)[] | null;
  seq = 0;
  /** What its answer is counted against; null: nothing limits it. */
  quota: Quota | null = null;
  masker: RowMasker | null = null;
  /** Set for a COPY … TO STDOUT of masked columns. */
  copyOptions: CopyOptions | null = null;
  copyOut: CopyOut | null = null;
  /** Set for a COPY … FROM STDIN that its rows may still take back. */
  countedCopy: CountedCopy | null = null;
  rows = 0;
  bytes = 0;
  maskedFields = 0;
  finished = false;
  /** Set for a statement of a message that was held whole: it adds to that one's outcome. */
  readonly #whole: StatementRun | null;
  readonly #session: OpenSession;
  readonly #at: Date;
  readonly #startedMs = performance.now();
  #hash: Hash | null = null;
  #digest = '';
  #columns: RowsRecord['columns'] = null;
  #kept: (string | null)[][] = [];
  #keptRows = 0;
  #keptBytes = 0;
  #firstRows = true;
  #truncated = false;

  constructor(
    session: OpenSession,
    view: FactsView,
    decision: Decision,
    parameters: readonly (string | null)[] | null,
    ticket: string | null,
    at: Date,
    whole: StatementRun | null = null,
  ) {
    this.#whole = whole;
    this.seq = whole?.seq ?? 0;
    this.#session = session;
    this.view = view;
    this.decision = decision;
    this.parameters = parameters;
    this.ticket = ticket;
    this.#at = at;
  }

  /** Appends the intent. It is in the spool only after the recorder's flush. */
  intend(): this {
    const { view, decision } = this;
    this.#session.counters.statements += 1;
    if (decision.outcome === 'allow') this.#session.counters.allowed += 1;
    else if (decision.outcome === 'hold') this.#session.counters.held += 1;
    else this.#session.counters.denied += 1;
    this.seq = this.#session.recorder.append({
      kind: 'intent',
      text: view.text,
      parameters: this.parameters,
      tag: view.kind.tag,
      actions: view.kind.actions,
      objects: view.kind.objects,
      decision: {
        outcome: decision.outcome,
        policies: decision.policies,
        message: decision.message,
        grantIds: decision.grantIds,
      },
      factsDigest: view.kind.digest,
      ticket: this.ticket,
    });
    return this;
  }

  /** True while rows are still kept; then `keepRow` wants them. */
  get keepsRows(): boolean {
    return !this.#truncated;
  }

  /** Columns of its rows, for the recording. */
  describe(columns: readonly ColumnDescription[], masker: RowMasker | null): void {
    this.#columns = columnsOf(columns, masker);
  }

  /** Something too large to keep went by. */
  keepsNoMore(): void {
    this.#truncated = true;
  }

  keepRow(values: (string | null)[], bytes: number): void {
    if (this.#keptRows >= rowsRecordedMax || this.#keptBytes + bytes > rowBytesRecordedMax) {
      this.#truncated = true;
      return;
    }
    this.#keptRows += 1;
    this.#keptBytes += bytes;
    this.#kept.push(values);
    if (this.#kept.length >= rowsPerRecord) this.#flushRows(false);
  }

  /** Bytes that went to the agent for this statement; what comes after its outcome is the refusal's. */
  sent(pieces: readonly Buffer[], finished: boolean): void {
    if (this.finished) return;
    for (const piece of pieces) this.bytes += piece.length;
    if (finished && this.#hash === null && pieces.length === 1) {
      this.#digest = hash('sha256', pieces[0] as Buffer, 'hex');
      return;
    }
    if (this.#hash === null && pieces.length > 0) this.#hash = createHash('sha256');
    for (const piece of pieces) this.#hash?.update(piece);
  }

  /** Appends the outcome and hands the row to the index. Later calls do nothing. */
  finish(
    status: OutcomeStatus,
    commandTag: string | null,
    error: { readonly code: string; readonly message: string } | null,
  ): void {
    if (this.finished) return;
    this.finished = true;
    if (this.#whole !== null) {
      this.#flushRows(true);
      this.#whole.add(this);
      return;
    }
    const { counters, recorder } = this.#session;
    this.#flushRows(true);
    const durationUs = Math.round((performance.now() - this.#startedMs) * 1000);
    const bytesDigest = this.digest();
    counters.rowsOut += this.rows;
    counters.bytesOut += this.bytes;
    counters.maskedFields += this.maskedFields;
    recorder.append({
      kind: 'outcome',
      of: this.seq,
      status,
      commandTag,
      rows: this.rows === 0 ? rowsOf(commandTag) : this.rows,
      bytes: this.bytes,
      bytesDigest,
      maskedFields: this.maskedFields,
      durationUs,
      error,
    });
    this.#index(status, commandTag, error, durationUs);
  }

  /** Takes over what a part of this message counted; the digest chains the parts'. */
  add(part: StatementRun): void {
    this.rows += part.rows;
    this.bytes += part.bytes;
    this.maskedFields += part.maskedFields;
    this.#hash ??= createHash('sha256');
    this.#hash.update(part.digest());
  }

  digest(): string {
    return this.#hash === null ? this.#digest || emptyDigest : this.#hash.digest('hex');
  }

  #index(
    outcome: OutcomeStatus,
    commandTag: string | null,
    error: { readonly code: string; readonly message: string } | null,
    durationUs: number,
  ): void {
    const { view, decision } = this;
    const { identity, target, id } = this.#session;
    this.#session.recorder.index(
      {
        sessionId: id,
        seq: this.seq,
        at: this.#at,
        agentId: identity.agent.agent.id,
        resourceId: target.record.resource.id,
        tag: view.kind.tag,
        text: shownText(view, this.#session.live.access().resource.masks),
        actions: view.kind.actions,
        objects: view.kind.objects,
        permissions: view.kind.permissions,
        decision: decision.outcome,
        outcome,
        policies: idsOf(decision.policies),
        grantIds: decision.grantIds,
        ticket: this.ticket,
        errorCode: error?.code ?? null,
        errorText: error?.message ?? null,
        rows: this.rows === 0 ? rowsOf(commandTag) : this.rows,
        bytesOut: this.bytes,
        maskedFields: this.maskedFields,
        durationUs,
        factsDigest: view.kind.digest,
      },
      view.kind.summary,
    );
  }

  #flushRows(last: boolean): void {
    if (this.#kept.length === 0 && !(last && this.#truncated)) return;
    this.#session.recorder.append({
      kind: 'rows',
      of: this.seq,
      columns: this.#firstRows ? this.#columns : null,
      rows: this.#kept,
      truncated: last && this.#truncated,
    });
    this.#firstRows = false;
    this.#kept = [];
  }
}

const ids = new WeakMap<Decision['policies'], readonly string[]>();

/** The same list each time: what is written of it is kept beside it. */
function idsOf(policies: Decision['policies']): readonly string[] {
  let known = ids.get(policies);
  if (known === undefined) {
    known = policies.map(({ id }) => id);
    ids.set(policies, known);
  }
  return known;
}

type RecordedColumns = NonNullable<RowsRecord['columns']>;
const recordedColumns = new WeakMap<
  readonly ColumnDescription[],
  { readonly masker: RowMasker | null; readonly columns: RecordedColumns }
>();

/** As `idsOf`, of columns as the recording names them. */
function columnsOf(described: readonly ColumnDescription[], masker: RowMasker | null): RecordedColumns {
  const known = recordedColumns.get(described);
  if (known !== undefined && known.masker === masker) return known.columns;
  const columns = described.map(({ name, typeOid }, index) => ({
    name,
    typeOid,
    masked: masker?.hides(index) ?? false,
  }));
  recordedColumns.set(described, { masker, columns });
  return columns;
}

const emptyDigest = hash('sha256', '', 'hex');

/** The count in a command tag: `DELETE 49`, `INSERT 0 3`. */
export function rowsOf(commandTag: string | null): number {
  const match = /^[A-Z ]+(?:\d+ )?(\d+)$/.exec(commandTag ?? '');
  return match ? Number(match[1]) : 0;
}
