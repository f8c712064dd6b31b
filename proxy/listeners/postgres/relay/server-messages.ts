import type { MaskKey } from '#lib/masking/index';
import type { MaskPlan } from '#lib/masking/model';
import { counted } from '#proxy/metrics';
import { FrameFault, type FrameReader } from '../codec/frames.ts';
import {
  type ColumnDescription,
  readDataRow,
  readParameterStatus,
  readReport,
  readRowDescription,
} from '../codec/read.ts';
import { fromServer } from '../codec/types.ts';
import { parameterStatus, report, reportOf } from '../codec/write.ts';
import type { Conversation } from './conversation.ts';
import { type CopyOut, copyOut } from './copy-out.ts';
import { completed, groupFailed, meaningMayHaveChanged, transactionEnded } from './effects.ts';
import type { FactsView } from './facts-view.ts';
import { agrees, masksOfDescription } from './lineage.ts';
import type { Portal } from './names.ts';
import type { Operation } from './operations.ts';
import { type Refusal, rewritten } from './replaced.ts';
import { formatOf, rowMasker } from './row-masker.ts';
import type { StatementRun } from './run.ts';
import { scrubbed } from './scrub-report.ts';

/** What the target sends: matched to what was asked, masked, counted, handed on. */
export class ServerMessages {
  readonly #talk: Conversation;
  readonly #reader: FrameReader;
  readonly #maskKey: MaskKey;
  /** The rest of a row that is too large to be masked is not passed on. */
  #swallowing = false;
  #toldName: string;
  #copying: CopyOut | null = null;

  constructor(conversation: Conversation, reader: FrameReader, maskKey: MaskKey) {
    this.#talk = conversation;
    this.#reader = reader;
    this.#maskKey = maskKey;
    this.#toldName = conversation.clientName;
  }

  /** True when rows that come now must be whole before they are passed on. */
  get masksRows(): boolean {
    const head = this.#talk.queue.head;
    return head !== undefined && (head.run?.masker ?? head.portal?.masker) != null;
  }

  /** One whole frame; the reader stands on it. */
  frame(): void {
    const { type } = this.#reader;
    switch (type) {
      case fromServer.dataRow:
        return this.#row();
      case fromServer.notice:
        return this.#report(false);
      case fromServer.notification:
        return this.#pass();
      case fromServer.parameterStatus:
        return this.#parameterStatus();
      case fromServer.error:
        return this.#report(true);
      default:
        return this.#answer(type);
    }
  }

  /** A piece of a streamed row or of copied data. */
  part(): void {
    const reader = this.#reader;
    const head = this.#talk.queue.head;
    const run = head?.run ?? null;
    if (reader.first) {
      if (head === undefined || head.internal) throw new FrameFault('a row came that nobody asked for');
      this.#talk.toClient.attribute(run);
      const masker = reader.type === fromServer.dataRow ? this.#maskerOf(head) : null;
      this.#copying = reader.type === fromServer.copyData ? (run?.copyOut ?? null) : null;
      this.#swallowing = masker !== null || this.#copying !== null;
      if (run !== null) run.rows += reader.type === fromServer.dataRow ? 1 : 0;
      if (masker !== null) {
        this.#talk.toClient.message(masker.hiddenRow());
        this.#tookMasked(run, masker.columns);
      }
      if (run?.keepsRows) run.keepRow(['…'], Number.POSITIVE_INFINITY);
    }
    if (!this.#swallowing) this.#talk.toClient.range(reader.buffer, reader.start, reader.end);
    else if (this.#copying !== null && run !== null) {
      const from = reader.first ? reader.start + 5 : reader.start;
      this.#copyMasked(run, this.#copying.data(reader.buffer.subarray(from, reader.end)));
    }
    if (reader.last) this.#swallowing = false;
  }

  #pass(): void {
    const { buffer, start, end } = this.#reader;
    this.#talk.toClient.range(buffer, start, end);
  }

  #row(): void {
    const talk = this.#talk;
    const { buffer, start, end } = this.#reader;
    const head = talk.queue.head;
    if (head?.probe) return head.probe.row(buffer, start, end);
    if (head === undefined || head.internal || (head.kind !== 'query' && head.kind !== 'execute')) {
      throw new FrameFault('a row came that nobody asked for');
    }
    const { run } = head;
    if (run === null) throw new FrameFault('a row came from nothing that returns rows');
    talk.toClient.attribute(run);
    run.rows += 1;
    const masker = this.#maskerOf(head);
    if (masker === null) {
      talk.toClient.range(buffer, start, end);
      if (run.keepsRows) keep(run, buffer, start, end, head.portal?.resultFormats ?? []);
      return;
    }
    const before = masker.maskedFields;
    const row = masker.mask(buffer, start, end);
    this.#tookMasked(run, masker.maskedFields - before);
    talk.toClient.message(row);
    if (run.keepsRows) keep(run, row, 0, row.length, head.portal?.resultFormats ?? []);
  }

  #tookMasked(run: StatementRun | null, fields: number): void {
    if (run !== null) run.maskedFields += fields;
    this.#talk.services.metrics.add(counted.maskedFields, fields);
  }

  #maskerOf(head: Operation) {
    const { run, portal } = head;
    if (portal !== null) {
      if (portal.masker === undefined) portal.masker = this.#portalMasker(portal, portal.columns);
      if (run !== null) run.masker = portal.masker;
      return portal.masker;
    }
    return run?.masker ?? null;
  }

  /** Without columns nothing is known of the rows: a masked resource then shows nothing. */
  #portalMasker(portal: Portal, columns: readonly ColumnDescription[] | null) {
    const [view] = portal.judged.views;
    const { masks } = portal.judged.access.resource;
    if (view === undefined || masks.length === 0) return null;
    if (columns === null) throw new FrameFault('rows came before their columns were named');
    const [decision] = portal.judged.decisions;
    return this.#masker(
      view,
      decision?.masks ?? everything,
      columns,
      portal.resultFormats,
      portal.judged.access.resource.masks,
    );
  }

  #masker(
    view: FactsView,
    plan: MaskPlan,
    columns: readonly ColumnDescription[],
    formats: readonly number[],
    masks: Parameters<typeof masksOfDescription>[1],
  ) {
    const talk = this.#talk;
    if (masks.length === 0) return null;
    let checked = plan;
    if (!agrees(view.facts, columns)) {
      checked = everything;
      talk.catalog.forget();
      talk.services.metrics.add(counted.lineageMismatch);
    } else {
      const named = masksOfDescription(columns, masks, talk.catalog.current());
      const extra = named.filter(({ index }) => !plan.outputs.some((one) => one.index === index));
      if (extra.length > 0) checked = { ...plan, outputs: [...plan.outputs, ...extra] };
    }
    const masker = rowMasker(checked, columns, formats, this.#maskKey);
    if (masker !== null) this.#tellMasked(columns.filter((_, index) => masker.hides(index)));
    return masker;
  }

  /** Once a session: the agent knows that what it reads is not what stands there. */
  #tellMasked(columns: readonly { readonly name: string }[]): void {
    const talk = this.#talk;
    if (talk.toldMasked || columns.length === 0) return;
    talk.toldMasked = true;
    const names = columns.map(({ name }) => name).join(', ');
    const message = `Fields are masked in this session (${names}). Placeholders are not the stored values; do not write them back.`;
    talk.toClient.message(report({ severity: 'NOTICE', code: '00000', message }));
  }

  #parameterStatus(): void {
    const talk = this.#talk;
    const { buffer, start, end } = this.#reader;
    const [name, value] = readParameterStatus(buffer, start, end);
    if (name === 'search_path' || name === 'session_authorization') talk.state.stale = true;
    if (name === 'application_name') return this.#applicationName(value);
    const wanted = pinnedReports.get(name);
    if (wanted !== undefined && wanted !== value) {
      talk.session.live.cut(`the setting ${name} changed to ${value}, and the gateway pins it`);
      return;
    }
    this.#pass();
  }

  /** The target runs under the session's name; the client hears only of its own. */
  #applicationName(value: string): void {
    const talk = this.#talk;
    const shown = value === talk.upstreamName ? talk.clientName : value;
    if (shown !== this.#toldName) talk.toClient.message(parameterStatus('application_name', shown));
    this.#toldName = shown;
  }

  #report(isError: boolean): void {
    const talk = this.#talk;
    const { buffer, start, end, type } = this.#reader;
    const head = talk.queue.head;
    const { masks } = talk.session.live.access().resource;
    const said = readReport(buffer, start, end);
    const { fields, changed } = scrubbed(said, masks, head?.run?.view.text ?? head?.prepared?.text ?? null);
    const bytes = changed ? reportOf(type, fields) : buffer.subarray(start, end);
    if (!isError) {
      if (head?.internal) return;
      talk.session.recorder.append({
        kind: 'notice',
        of: head?.run?.seq ?? null,
        from: 'target',
        severity: fields.get('S') ?? 'NOTICE',
        message: fields.get('M') ?? '',
      });
      talk.toClient.message(bytes);
      return;
    }
    talk.toClient.attribute(head?.run ?? null);
    const isOwn = head?.refusal && said.get('V') === 'ERROR';
    talk.toClient.message(isOwn ? rewritten(head.refusal as Refusal) : bytes);
    this.#failed(head, fields);
  }

  #failed(head: Operation | undefined, fields: ReadonlyMap<string, string>): void {
    const talk = this.#talk;
    const error = { code: fields.get('C') ?? 'XX000', message: fields.get('M') ?? '' };
    const status = error.code === '57014' ? 'cancelled' : 'failed';
    talk.toClient.settle(true);
    head?.run?.finish(status, null, error);
    if (head === undefined || head.kind === 'sync') return;
    if (head.kind === 'query') {
      head.whole?.finish(status, null, error);
      for (const run of head.runs.slice(head.at + 1)) run.finish('cancelled', null, null);
      head.at = head.runs.length;
      meaningMayHaveChanged(talk, [head]);
      return;
    }
    const { dropped, syncFound } = talk.queue.dropToSync();
    groupFailed(talk, dropped);
    if (!syncFound) talk.discarding = true;
    talk.copyingIn = false;
  }

  #answer(type: number): void {
    const talk = this.#talk;
    while (talk.queue.head?.kind === 'copyEnd') talk.queue.shift();
    const head = talk.queue.head;
    if (head === undefined)
      throw new FrameFault(`the target answered (${String.fromCharCode(type)}) what nobody asked`);
    talk.toClient.attribute(head.run);
    switch (type) {
      case fromServer.commandComplete:
      case fromServer.emptyQuery:
        return this.#completed(head, type);
      case fromServer.readyForQuery:
        return this.#ready(head);
      case fromServer.rowDescription:
        return this.#described(head);
      case fromServer.portalSuspended:
        this.#expect(head, 'execute');
        this.#hand(head);
        talk.toClient.settle(false);
        talk.queue.shift();
        return;
      case fromServer.parseComplete:
        return this.#simple(head, 'parse');
      case fromServer.bindComplete:
        return this.#simple(head, 'bind');
      case fromServer.closeComplete:
        return this.#simple(head, 'close');
      case fromServer.noData:
        return this.#simple(head, 'describe');
      case fromServer.parameterDescription:
        this.#expect(head, 'describe');
        return this.#hand(head);
      case fromServer.copyIn:
      case fromServer.copyBoth:
      case fromServer.copyOut:
        return this.#copy(head, type);
      case fromServer.copyData:
        return this.#copied(head);
      case fromServer.copyDone:
        return this.#copyEnded(head);
      default:
        throw new FrameFault(
          `the target sent a message that was not expected (${String.fromCharCode(type)})`,
        );
    }
  }

  #expect(head: Operation, ...kinds: Operation['kind'][]): void {
    if (!kinds.includes(head.kind))
      throw new FrameFault(`the target answered ${head.kind} with something else`);
  }

  #hand(head: Operation): void {
    if (!head.internal) this.#pass();
  }

  #simple(head: Operation, kind: Operation['kind']): void {
    this.#expect(head, kind);
    this.#hand(head);
    if (kind === 'parse' && head.prepared !== null) head.prepared.settled = true;
    if (kind === 'bind' && head.portal !== null) head.portal.settled = true;
    head.done?.();
    this.#talk.queue.shift();
  }

  #completed(head: Operation, type: number): void {
    this.#expect(head, 'query', 'execute');
    const talk = this.#talk;
    const { buffer, start, end } = this.#reader;
    this.#hand(head);
    const tag = type === fromServer.commandComplete ? buffer.toString('utf8', start + 5, end - 1) : '';
    talk.toClient.settle(true);
    const { run } = head;
    if (run !== null) {
      run.finish('completed', tag, null);
      completed(talk, run.view);
    }
    if (head.kind === 'query') head.at += 1;
    else talk.queue.shift();
    talk.copyingIn = false;
  }

  #ready(head: Operation): void {
    this.#expect(head, 'query', 'sync');
    const talk = this.#talk;
    const { buffer, start } = this.#reader;
    const status = String.fromCharCode(buffer[start + 5] as number);
    if (status !== 'I' && status !== 'T' && status !== 'E')
      throw new FrameFault('an unknown transaction status');
    talk.status = status;
    talk.toClient.attribute(null);
    this.#hand(head);
    head.whole?.finish('completed', null, null);
    head.done?.();
    talk.queue.shift();
    if (status === 'I') transactionEnded(talk, head.group);
  }

  #described(head: Operation): void {
    this.#expect(head, 'query', 'describe', 'execute');
    const talk = this.#talk;
    const { buffer, start, end } = this.#reader;
    const columns = readRowDescription(buffer, start, end);
    if (head.probe !== null) return;
    if (head.kind === 'query') {
      const { run } = head;
      if (run === null) throw new FrameFault('a result came from nothing that returns rows');
      const { masks } = talk.session.live.access().resource;
      run.masker = this.#masker(run.view, run.decision.masks, columns, [], masks);
      run.describe(columns, (index) => run.masker?.hides(index) ?? false);
      return this.#hand(head);
    }
    const { portal, prepared } = head;
    if (portal !== null) {
      portal.columns = columns;
      portal.masker = this.#portalMasker(portal, columns);
      if (portal.prepared !== null && agreesWith(portal, columns)) {
        portal.prepared.columns = columns;
        portal.prepared.columnsCheckedFor = portal.judged;
      }
    }
    if (prepared !== null) {
      prepared.columns = columns;
      const [view] = prepared.judged?.views ?? [];
      prepared.columnsCheckedFor = view !== undefined && agrees(view.facts, columns) ? prepared.judged : null;
    }
    this.#hand(head);
    talk.queue.shift();
  }

  #copy(head: Operation, type: number): void {
    this.#expect(head, 'query', 'execute');
    const talk = this.#talk;
    this.#hand(head);
    const { run } = head;
    if (type === fromServer.copyBoth) throw new FrameFault('the target began to replicate');
    if (type === fromServer.copyIn) {
      talk.copyingIn = true;
      talk.queue.dropUnheardSyncs();
    } else if (run !== null) this.#beginCopyOut(run);
  }

  #beginCopyOut(run: StatementRun): void {
    const talk = this.#talk;
    const plan = run.decision.masks;
    if (!plan.everything && plan.outputs.length === 0) return;
    if (run.copyOptions === null)
      throw new FrameFault('a copy of masked columns began that was not expected');
    run.copyOut = copyOut(plan, run.copyOptions, run.view.facts, talk.catalog.current(), this.#maskKey);
    this.#tellMasked(
      (run.view.facts.outputs ?? []).filter(
        (_, index) => plan.everything || plan.outputs.some((one) => one.index === index),
      ),
    );
  }

  #copied(head: Operation): void {
    this.#expect(head, 'query', 'execute');
    const { run } = head;
    const { buffer, start, end } = this.#reader;
    if (run?.copyOut == null) {
      this.#hand(head);
      if (run?.keepsRows) run.keepRow([buffer.toString('utf8', start + 5, end)], end - start);
      return;
    }
    this.#copyMasked(run, run.copyOut.data(buffer.subarray(start + 5, end)));
  }

  #copyEnded(head: Operation): void {
    this.#expect(head, 'query', 'execute');
    const { run } = head;
    if (run?.copyOut != null) this.#copyMasked(run, run.copyOut.end());
    this.#hand(head);
  }

  #copyMasked(run: StatementRun, data: Buffer | null): void {
    const fields = (run.copyOut?.maskedFields ?? 0) - run.maskedFields;
    this.#tookMasked(run, fields);
    if (data === null) return;
    this.#talk.toClient.message(data);
    if (run.keepsRows) run.keepRow([data.toString('utf8', 5)], data.length);
  }
}

const everything: MaskPlan = { outputs: [], everything: true };

const pinnedReports: ReadonlyMap<string, string> = new Map([
  ['standard_conforming_strings', 'on'],
  ['client_encoding', 'UTF8'],
]);

function agreesWith(portal: Portal, columns: readonly ColumnDescription[]): boolean {
  const [view] = portal.judged.views;
  return view !== undefined && agrees(view.facts, columns);
}

function keep(
  run: StatementRun,
  buffer: Buffer,
  start: number,
  end: number,
  formats: readonly number[],
): void {
  const values = readDataRow(buffer, start, end);
  const row = values.map((value, index) => {
    if (value === null) return null;
    return formatOf(formats, index) === 0 ? value.toString('utf8') : `b64:${value.toString('base64')}`;
  });
  run.keepRow(row, end - start);
}
