import { FrameFault, type FrameReader } from '../codec/frames.ts';
import { readParameterStatus } from '../codec/read.ts';
import { fromClient, fromServer } from '../codec/types.ts';
import { message, parameterStatus } from '../codec/write.ts';
import type { Conversation } from './conversation.ts';
import type { CountedWrite } from './counted-write.ts';
import { completed, transactionEnded } from './effects.ts';
import { endExceeded, endsUnsaid } from './exceeding.ts';
import type { Masking } from './masking.ts';
import type { Operation } from './operations.ts';
import { failed, notice } from './reports.ts';
import { Rows } from './rows.ts';

/** What the target sends: matched to what was asked, and handed on. What nobody asked for ends the session. */
export class ServerMessages {
  readonly #talk: Conversation;
  readonly #reader: FrameReader;
  readonly #masking: Masking;
  readonly #rows: Rows;
  #toldName: string;

  constructor(conversation: Conversation, reader: FrameReader, masking: Masking) {
    this.#talk = conversation;
    this.#reader = reader;
    this.#masking = masking;
    this.#rows = new Rows(conversation, reader, masking);
    this.#toldName = conversation.clientName;
  }

  /** True when rows that come now must be whole before they are passed on. */
  get masksRows(): boolean {
    const { head } = this.#talk.queue;
    return head !== undefined && (head.run?.masker ?? head.portal?.masker) != null;
  }

  /** One whole frame; the reader stands on it. */
  frame(): void {
    const { type } = this.#reader;
    switch (type) {
      case fromServer.dataRow:
        return this.#rows.row();
      case fromServer.functionResult:
        this.#rows.result();
        return this.#called();
      case fromServer.notice:
        return notice(this.#talk, this.#reader);
      case fromServer.notification:
        return this.#pass();
      case fromServer.parameterStatus:
        return this.#parameterStatus();
      case fromServer.error:
        return failed(this.#talk, this.#reader);
      default:
        return this.#answer(type);
    }
  }

  /** A piece of a streamed row or of copied data. */
  part(): void {
    this.#rows.part();
    if (this.#reader.type === fromServer.functionResult && this.#reader.last) this.#called();
  }

  #called(): void {
    const talk = this.#talk;
    const { head } = talk.queue;
    if (head?.calls !== true) throw new FrameFault('the target answered a call that nobody made');
    const { run } = head;
    talk.toClient.settle(true);
    run?.finish('completed', null, head.exceeded);
    if (run !== null) completed(talk, run.view);
    head.at += 1;
    endExceeded(talk, head);
  }

  #pass(): void {
    const { buffer, start, end } = this.#reader;
    this.#talk.toClient.range(buffer, start, end);
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

  #answer(type: number): void {
    const talk = this.#talk;
    while (talk.queue.head?.kind === 'copyEnd') talk.queue.shift();
    const { head } = talk.queue;
    if (head === undefined) throw new FrameFault(`the target answered what nobody asked (${letter(type)})`);
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
        expect(head, 'execute');
        if (head.counted === null) this.#hand(head);
        else this.#keep(head.counted, null);
        talk.toClient.settle(false);
        talk.queue.shift();
        // What is counted is decided, and refused, by who waits for it.
        return head.counted === null ? endExceeded(talk, head) : undefined;
      case fromServer.parseComplete:
        return this.#simple(head, 'parse');
      case fromServer.bindComplete:
        return this.#simple(head, 'bind');
      case fromServer.closeComplete:
        return this.#simple(head, 'close');
      case fromServer.noData:
        return this.#simple(head, 'describe');
      case fromServer.parameterDescription:
        expect(head, 'describe');
        return this.#hand(head);
      default:
        return this.#copy(head, type);
    }
  }

  #hand(head: Operation): void {
    if (!head.internal && head.exceeded === null && !head.muted) this.#pass();
  }

  #keep(counted: CountedWrite, tag: string | null): void {
    const { buffer, start, end } = this.#reader;
    counted.keep(buffer.subarray(start, end), tag);
  }

  #simple(head: Operation, kind: Operation['kind']): void {
    expect(head, kind);
    this.#hand(head);
    if (kind === 'parse' && head.prepared !== null) head.prepared.settled = true;
    if (kind === 'bind' && head.portal !== null) head.portal.settled = true;
    head.done?.();
    this.#talk.queue.shift();
  }

  #completed(head: Operation, type: number): void {
    expect(head, 'query', 'execute');
    const talk = this.#talk;
    const { buffer, start, end } = this.#reader;
    const tag = type === fromServer.commandComplete ? buffer.toString('latin1', start + 5, end - 1) : '';
    if (head.counted !== null) {
      this.#keep(head.counted, tag);
      talk.queue.shift();
      return;
    }
    this.#hand(head);
    talk.toClient.settle(true);
    const { run } = head;
    if (run !== null) {
      run.finish('completed', tag, head.muted ? null : head.exceeded);
      completed(talk, run.view);
      if (run.view.kind.writes) talk.changedGroup = head.group;
    }
    if (head.kind === 'query') head.at += 1;
    else talk.queue.shift();
    if (!head.muted) endExceeded(talk, head);
    talk.copyingIn = false;
  }

  #ready(head: Operation): void {
    expect(head, 'query', 'sync');
    const talk = this.#talk;
    const { buffer, start } = this.#reader;
    const status = letter(buffer[start + 5] as number);
    if (status !== 'I' && status !== 'T' && status !== 'E')
      throw new FrameFault('an unknown transaction status');
    talk.status = status;
    head.counted?.release(talk);
    talk.toClient.attribute(null);
    if (!head.internal && head.unsaid === null) this.#pass();
    head.whole?.finish('completed', null, null);
    head.done?.();
    talk.queue.shift();
    if (status === 'I') transactionEnded(talk, head.group);
    if (talk.queue.length === 0) talk.names.settled();
    endsUnsaid(talk, head);
  }

  #described(head: Operation): void {
    expect(head, 'query', 'describe');
    if (head.kind === 'query') {
      if (head.run === null) throw new FrameFault('a result came from nothing that returns rows');
      this.#masking.ofQuery(head.run, this.#reader);
      return this.#hand(head);
    }
    if (head.portal !== null) this.#masking.ofPortal(head.portal, this.#reader);
    if (head.prepared !== null) this.#masking.ofPrepared(head.prepared, this.#reader);
    this.#hand(head);
    this.#talk.queue.shift();
  }

  #copy(head: Operation, type: number): void {
    expect(head, 'query', 'execute');
    const talk = this.#talk;
    switch (type) {
      case fromServer.copyIn:
        // The agent heard of an error in its place: it sends no data.
        if (head.muted) return talk.toUpstream.message(copyRefused);
        this.#hand(head);
        // A client that does not wait has ended it already.
        talk.copyingIn = talk.copies.open?.operation === head;
        talk.queue.dropUnheardSyncs();
        return;
      case fromServer.copyOut:
        if (head.run === null) throw new FrameFault('a copy began that nobody asked for');
        this.#hand(head);
        return this.#rows.beginCopyOut(head.run);
      case fromServer.copyData:
        return this.#rows.copied();
      case fromServer.copyDone:
        this.#rows.copyEnded();
        return this.#hand(head);
      default:
        throw new FrameFault(`the target sent a message that was not expected (${letter(type)})`);
    }
  }
}

const copyRefused = message(fromClient.copyFail, 'the answer before it was beyond a limit');

const pinnedReports: ReadonlyMap<string, string> = new Map([
  ['standard_conforming_strings', 'on'],
  ['client_encoding', 'UTF8'],
]);

function letter(type: number): string {
  return String.fromCharCode(type);
}

function expect(head: Operation, kind: Operation['kind'], other = kind): void {
  if (head.kind !== kind && head.kind !== other)
    throw new FrameFault(`the target answered ${head.kind} with something else`);
}
