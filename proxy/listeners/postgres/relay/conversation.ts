import type { Socket } from 'node:net';
import type { OpenSession, SessionEnding } from '#proxy/pipeline/passage';
import type { Services } from '#proxy/services';
import { FrameFault } from '../codec/frames.ts';
import { bind, close, execute, flush, parse, sync } from '../codec/write.ts';
import type { SessionCatalog } from '../session-catalog.ts';
import { cancelUpstream, type Upstream } from '../upstream.ts';
import { Copies } from './copies.ts';
import type { Hold } from './hold.ts';
import { Judge } from './judge.ts';
import { SessionLimits } from './limits.ts';
import { Lookups } from './lookups.ts';
import { Names } from './names.ts';
import { Operation, OperationQueue } from './operations.ts';
import { Output } from './output.ts';
import { Poison } from './poison.ts';
import { Probe, probeName } from './probe.ts';
import { SessionState, stateQuestion, type Transaction } from './session-state.ts';

/** Messages of one session that wait for their answer; drivers pipeline hundreds. */
const inFlightMax = 4_096;
/** State and catalog are asked again at most this often before a text is refused. */
const readyAttemptsMax = 5;

/** The target would end the session too. */
export const insideCopy = 'another message came in the middle of a COPY';

/** What both directions of one session share. */
export class Conversation {
  readonly services: Services;
  readonly session: OpenSession;
  readonly upstream: Upstream;
  readonly catalog: SessionCatalog;
  readonly toClient: Output;
  readonly toUpstream: Output;
  readonly judge: Judge;
  readonly queue = new OperationQueue();
  readonly copies = new Copies();
  readonly names = new Names();
  readonly state = new SessionState();
  readonly poison = new Poison();
  readonly lookups = new Lookups();
  readonly limits: SessionLimits;
  readonly holdMs: number;
  /** application_name on the target, and the one that the client gave. */
  readonly upstreamName: string;
  readonly clientName: string;
  /** Declared by the resource: the session runs under it, and does not leave it. */
  readonly role: string | null;
  /** Transaction status of the last ReadyForQuery. */
  status: 'I' | 'T' | 'E' = 'I';
  /** The Sync group that the client's messages belong to now. */
  group = 1;
  /** What of this group went to the target: holds are short only while nothing ran in it. */
  groupSent: 'nothing' | 'preparation' | 'work' = 'nothing';
  /** The target ignores everything up to the next Sync, so nothing is sent until then. */
  discarding = false;
  copyingIn = false;
  /** The last Sync group in which something ran that may have changed data. */
  changedGroup = 0;
  toldMasked = false;
  toldDetected = false;
  hold: Hold | null = null;
  /** Until what came of the last held statement is recorded. Never rejects. */
  asking: Promise<void> = Promise.resolve();
  ending: SessionEnding | null = null;
  #durable: Promise<void> | null = null;
  #stopping: Promise<void> | null = null;
  readonly #settled: (() => void)[] = [];

  constructor(
    services: Services,
    session: OpenSession,
    client: Socket,
    upstream: Upstream,
    catalog: SessionCatalog,
    choices: {
      readonly holdMs: number;
      readonly upstreamName: string;
      readonly clientName: string;
      readonly role: string | null;
    },
  ) {
    this.services = services;
    this.session = session;
    this.upstream = upstream;
    this.catalog = catalog;
    this.holdMs = choices.holdMs;
    this.upstreamName = choices.upstreamName;
    this.clientName = choices.clientName;
    this.role = choices.role;
    this.toClient = new Output(client);
    this.toUpstream = new Output(upstream.socket);
    this.limits = new SessionLimits(
      session.startedAt,
      (reason) => session.live.cut(reason),
      () => this.queue.length > 0 || this.hold !== null,
    );
    this.judge = new Judge(
      services,
      session,
      this.names,
      this.state,
      () => catalog.current(),
      () => this.#transaction(),
    );
  }

  /** Puts a message on its way; it leaves with the next `forward`. */
  send(operation: Operation, bytes: Buffer, start = 0, end = bytes.length): void {
    this.queue.push(operation);
    this.copies.add(operation);
    this.toUpstream.range(bytes, start, end);
    if (operation.kind === 'sync' || operation.kind === 'query') {
      this.group += 1;
      this.groupSent = 'nothing';
    } else if (operation.kind === 'parse' || operation.kind === 'describe' || operation.kind === 'close') {
      if (this.groupSent === 'nothing') this.groupSent = 'preparation';
    } else this.groupSent = 'work';
  }

  /** Intents first, then the bytes. The promise, if any, must be waited for. */
  forward(): Promise<void> | undefined {
    if (this.#durable !== null) return this.#durable.then(() => this.forward());
    if (this.#stopping !== null) return this.#stopping.then(() => this.forward());
    const bytes = this.toUpstream.pendingBytes;
    if (bytes === 0) return undefined;
    const durable = this.session.recorder.flush();
    if (durable === undefined) {
      this.#stopIfOver();
      this.toUpstream.flush();
      return undefined;
    }
    // Only what is on its way to the disk now may go; what comes meanwhile has its own turn.
    const pieces = this.toUpstream.take();
    this.#durable = this.#write(durable, pieces, bytes);
    return this.#durable;
  }

  async #write(durable: Promise<void>, pieces: readonly Buffer[], bytes: number): Promise<void> {
    await durable;
    // Another cancel may begin while one is waited for.
    while (this.#stopping !== null) await this.#stopping;
    this.#durable = null;
    this.#stopIfOver();
    this.toUpstream.write(pieces, bytes);
  }

  /** Tells the target to stop what it runs. Nothing is sent until it heard: a late cancel would hit that. */
  stop(): void {
    const { session, upstream } = this;
    const heard = cancelUpstream(session.target.record, upstream.pid, upstream.key).catch(() => {});
    const stopping = heard.then(() => {
      if (this.#stopping === stopping) this.#stopping = null;
    });
    this.#stopping = stopping;
  }

  /** Waits until the target has answered everything that was sent. */
  settle(): Promise<void> {
    return this.#until(0);
  }

  /** Too much is on its way: the client is read again when half of it is answered. */
  thin(): Promise<void> | undefined {
    return this.queue.length < inFlightMax ? undefined : this.#until(inFlightMax / 2);
  }

  async #until(inFlight: number): Promise<void> {
    if (this.queue.length <= inFlight) return;
    if (this.groupSent !== 'nothing') this.toUpstream.message(flush);
    await this.forward();
    while (this.queue.length > inFlight && this.ending === null) {
      await this.#answered();
      await this.forward();
    }
    this.#stopIfOver();
  }

  /** Waits until a COPY whose end was not sent has failed. One that began takes nothing but its data. */
  async copyOver(): Promise<void> {
    await this.forward();
    while (this.copies.open !== null && this.ending === null) {
      if (this.copyingIn) throw new FrameFault(insideCopy);
      await this.#answered();
    }
    this.#stopIfOver();
  }

  #answered(): Promise<void> {
    return new Promise<void>((resolve) => this.#settled.push(resolve));
  }

  /** Called when the target has answered something, and when the session ends: whoever waits looks again. */
  wake(): void {
    if (this.#settled.length === 0) return;
    for (const resolve of this.#settled.splice(0)) resolve();
  }

  /** Undefined when a text can be decided now; else when it can. */
  ready(): Promise<void> | undefined {
    if (this.#isReady()) return undefined;
    return this.#makeReady();
  }

  /** Asks the session's own connection. The answer's rows as text. */
  async ask(question: string): Promise<readonly (readonly (string | null)[])[]> {
    await this.settle();
    const insideGroup = this.groupSent === 'work';
    const probe = new Probe();
    const kinds = ['parse', 'bind', 'execute', 'close', 'close'] as const;
    const messages = [
      parse(probeName, question),
      bind(probeName, probeName, []),
      execute(probeName),
      close('P', probeName),
      close('S', probeName),
    ];
    const { groupSent, group } = this;
    kinds.forEach((kind, index) => {
      this.#own(kind, messages[index] as Buffer, probe);
    });
    if (!insideGroup) this.#own('sync', sync, null);
    this.groupSent = insideGroup ? groupSent : 'nothing';
    this.group = group;
    await this.settle();
    return probe.rows;
  }

  /** Ends what only preparation has opened in this group, so that a hold keeps no locks. */
  async closePreparation(): Promise<void> {
    await this.settle();
    if (this.groupSent !== 'preparation' || this.status !== 'I') return;
    const { group } = this;
    this.#own('sync', sync, null);
    this.group = group;
    this.groupSent = 'nothing';
    await this.settle();
  }

  #own(kind: Operation['kind'], bytes: Buffer, probe: Probe | null): void {
    const operation = new Operation(kind, this.group);
    operation.internal = true;
    operation.probe = probe;
    this.send(operation, bytes);
  }

  #transaction(): Transaction {
    if (this.queue.length > 0 || this.state.changedInTransaction) return 'changed';
    return this.status === 'I' ? 'none' : 'clean';
  }

  #isReady(): boolean {
    return (
      !this.queue.changing &&
      // What a transaction changed may be taken back by what is on its way.
      !(this.state.changedInTransaction && this.queue.length > 0) &&
      this.session.live.fresh &&
      ((!this.state.stale && this.catalog.fresh()) || this.#isAborted())
    );
  }

  /** The connection answers nothing but the end of its transaction: only that is decided, by what was known. */
  #isAborted(): boolean {
    if (this.status !== 'E' || this.queue.length > 0) return false;
    if (!this.catalog.fresh()) this.state.stale = true;
    return true;
  }

  async #makeReady(): Promise<void> {
    for (let attempt = 0; attempt < readyAttemptsMax; attempt += 1) {
      if (this.queue.changing || this.state.changedInTransaction) await this.settle();
      if (this.discarding) return;
      if (!this.session.live.fresh) await this.session.live.refresh();
      if (this.state.stale) await this.#askState();
      if (!this.catalog.fresh()) await this.catalog.read((question) => this.ask(question), this.status);
      if (this.#isReady()) return;
    }
    throw new Error('the session changes faster than it can be read');
  }

  async #askState(): Promise<void> {
    await this.settle();
    if (this.status === 'E' || this.discarding) return;
    const [row] = await this.ask(stateQuestion);
    if (row === undefined) throw new Error('the target did not say what the session stands on');
    const changed = this.state.take(row);
    if (changed !== null) this.session.live.cut(`the setting ${changed} is not as the gateway pins it`);
    if (this.role !== null && this.state.role !== this.role) {
      this.session.live.cut('it left the role that the resource declares for this agent');
    }
    this.catalog.temporary(this.state.tempSchema !== null);
  }

  /** No frame either way after the end: whoever waited stops here. */
  #stopIfOver(): void {
    if (this.ending !== null) throw new SessionOver();
  }
}

/** Thrown into whatever still works for a session that has ended. */
export class SessionOver extends Error {
  override readonly name = 'SessionOver';
}
