import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { cutGraceMs } from '#lib/core/limits';
import { counted } from '#proxy/metrics';
import type { SessionEnding } from '#proxy/pipeline/passage';
import { FrameFault, FrameReader } from '../codec/frames.ts';
import { clientDelivery, serverDelivery } from '../codec/limits.ts';
import { fromClient } from '../codec/types.ts';
import { flush, report } from '../codec/write.ts';
import { cutSession } from '../errors.ts';
import { cancelUpstream, leave } from '../upstream.ts';
import { ClientMessages } from './client-messages.ts';
import { type Conversation, SessionOver } from './conversation.ts';
import type { Masking } from './masking.ts';
import { ServerMessages } from './server-messages.ts';

/** While a statement is held the client is still read, so that its leaving is seen; no more than this. */
const readAheadBytesMax = 64 * 1024;
/** So much of answers may pass before the recorder is asked whether it has room. */
const unrecordedBytesMax = 256 * 1024;
/** After a terminated backend: how long its connection may take to close. */
const terminateMsMax = 300;
/** How long what came of a held statement may take to be recorded after the end. */
const askedMsMax = 2_000;

/** Both directions of one session, from its first message to its end. */
export class Relay {
  readonly #talk: Conversation;
  readonly #client: Socket;
  readonly #fromClient: FrameReader;
  readonly #fromServer: FrameReader;
  readonly #clientMessages: ClientMessages;
  readonly #serverMessages: ServerMessages;
  #busy = false;
  #clientPaused = false;
  #upstreamClosed = false;
  #scheduled = false;
  #recordLater = false;
  #unrecordedBytes = 0;
  #done: (ending: SessionEnding) => void = () => {};

  constructor(conversation: Conversation, client: Socket, masking: Masking) {
    this.#talk = conversation;
    this.#client = client;
    this.#fromClient = new FrameReader(clientDelivery);
    this.#clientMessages = new ClientMessages(conversation, this.#fromClient);
    this.#fromServer = new FrameReader((type, length) =>
      serverDelivery(type, length, this.#serverMessages.masksRows),
    );
    this.#serverMessages = new ServerMessages(conversation, this.#fromServer, masking);
  }

  run(): Promise<SessionEnding> {
    const { session, upstream } = this.#talk;
    const client = this.#client;
    return new Promise((resolve) => {
      this.#done = resolve;
      client.on('data', (chunk: Buffer) => this.#clientData(chunk));
      client.on('end', () => this.#clientLeft());
      client.on('close', () => this.#clientLeft());
      client.on('drain', () => upstream.socket.resume());
      upstream.socket.on('data', (chunk: Buffer) => this.#serverData(chunk));
      upstream.socket.on('close', () => this.#upstreamLeft());
      upstream.socket.on('error', () => {});
      upstream.socket.on('drain', () => this.#resumeClient());
      upstream.socket.resume();
      client.resume();
      session.live.onCut(({ reason }) => void this.#end({ state: 'cut', reason }, cutSession(reason)));
    });
  }

  /** A CancelRequest with this session's key. */
  cancel(): void {
    const { hold, queue } = this.#talk;
    if (hold !== null) hold.depart('cancelled');
    else if (queue.length > 0) this.#talk.stop();
  }

  #clientData(chunk: Buffer): void {
    if (this.#talk.ending !== null) return;
    this.#fromClient.push(chunk);
    if (this.#busy) {
      if (this.#fromClient.awaits(fromClient.terminate)) this.#talk.hold?.depart('left');
      if (this.#fromClient.waitingBytes > readAheadBytesMax) this.#pauseClient();
      return;
    }
    this.#pumpClient();
  }

  #pumpClient(): void {
    try {
      for (;;) {
        if (this.#clientMessages.terminated || this.#talk.ending !== null) break;
        const got = this.#fromClient.next();
        if (got === 'more') break;
        const later = got === 'frame' ? this.#clientMessages.frame() : this.#clientMessages.part();
        if (later !== undefined) return this.#wait(later);
        const thinner = this.#talk.thin();
        if (thinner !== undefined) return this.#wait(thinner);
      }
      this.#forwardSoon();
    } catch (error) {
      this.#failed(error, 'client');
    }
  }

  #forwardSoon(): void {
    if (this.#scheduled || this.#talk.toUpstream.pendingBytes === 0) return;
    this.#scheduled = true;
    this.#talk.services.batch.forward(this);
  }

  /** The batch's turn. */
  forwardNow(): void {
    this.#scheduled = false;
    if (this.#talk.ending !== null) return;
    try {
      const later = this.#talk.forward();
      if (later !== undefined) this.#forwarded(later);
      else if (this.#talk.upstream.socket.writableNeedDrain) this.#pauseClient();
    } catch (error) {
      this.#failed(error, 'client');
    }
  }

  /** Whoever is waited for already waits for this too. */
  #forwarded(later: Promise<void>): void {
    if (!this.#busy) return this.#wait(later);
    later.catch((error: unknown) => this.#failed(error, 'client'));
  }

  recordNow(): void {
    this.#recordLater = false;
    try {
      const recorded = this.#talk.session.recorder.flush();
      if (recorded !== undefined) this.#paceServer(recorded);
    } catch (error) {
      this.#failed(error, 'server');
    }
  }

  #wait(later: Promise<void>): void {
    this.#busy = true;
    later.then(
      () => {
        this.#busy = false;
        this.#resumeClient();
        this.#pumpClient();
      },
      (error: unknown) => {
        this.#busy = false;
        this.#failed(error, 'client');
      },
    );
  }

  #pauseClient(): void {
    this.#clientPaused = true;
    this.#client.pause();
  }

  #resumeClient(): void {
    if (!this.#clientPaused || this.#talk.upstream.socket.writableNeedDrain) return;
    if (this.#busy && this.#fromClient.waitingBytes > readAheadBytesMax) return;
    this.#clientPaused = false;
    this.#client.resume();
  }

  #serverData(chunk: Buffer): void {
    const talk = this.#talk;
    try {
      this.#fromServer.push(chunk);
      for (;;) {
        const got = this.#fromServer.next();
        if (got === 'more') break;
        if (got === 'frame') this.#serverMessages.frame();
        else this.#serverMessages.part();
      }
      this.#forwardSoon();
      if (!talk.toClient.flush()) talk.upstream.socket.pause();
      talk.wake();
      this.#unrecordedBytes += chunk.length;
      if (this.#unrecordedBytes > unrecordedBytesMax) {
        this.#unrecordedBytes = 0;
        this.recordNow();
      } else if (!this.#recordLater) {
        this.#recordLater = true;
        talk.services.batch.record(this);
      }
    } catch (error) {
      this.#failed(error, 'server');
    }
  }

  /** The recorder has no room: the target waits with us. */
  #paceServer(recorded: Promise<void>): void {
    const { socket } = this.#talk.upstream;
    socket.pause();
    recorded.then(
      () => {
        if (!this.#client.writableNeedDrain) socket.resume();
      },
      (error: unknown) => this.#failed(error, 'server'),
    );
  }

  #clientLeft(): void {
    const talk = this.#talk;
    talk.hold?.depart('left');
    if (talk.ending !== null) return;
    if (this.#clientMessages.terminated) {
      if (this.#upstreamClosed) void this.#end(closedByAgent, null);
      return;
    }
    void this.#end({ state: 'closed', reason: 'the agent closed the connection' }, null);
  }

  #upstreamLeft(): void {
    this.#upstreamClosed = true;
    const talk = this.#talk;
    talk.wake();
    if (talk.ending !== null) return;
    if (this.#clientMessages.terminated) void this.#end(closedByAgent, null);
    else void this.#end({ state: 'closed', reason: 'the target closed the connection' }, null);
  }

  #failed(error: unknown, side: 'client' | 'server'): void {
    if (error instanceof SessionOver) {
      void this.#end({ state: 'closed', reason: 'the agent left while a statement was held' }, null);
      return;
    }
    const { services } = this.#talk;
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof FrameFault) {
      const code = side === 'client' ? '08P01' : 'XX000';
      const told = report({ severity: 'FATAL', code, message: `The session ends: ${message}.` });
      void this.#end({ state: 'cut', reason: `broken protocol: ${message}` }, told);
      return;
    }
    services.log('a session ended by a fault', error);
    const told = report({
      severity: 'FATAL',
      code: '58000',
      message: `The gateway can not go on with this session: ${message}. Connect again; what ran is recorded.`,
    });
    void this.#end({ state: 'interrupted', reason: message }, told);
  }

  /** The one way out. Nothing passes either way after it; what runs is stopped and its end recorded. */
  async #end(ending: SessionEnding, told: Buffer | null): Promise<void> {
    const talk = this.#talk;
    if (talk.ending !== null) return;
    const mayTell = told !== null && this.#fromServer.atBoundary;
    if (!this.#clientMessages.terminated) talk.toClient.flush();
    talk.ending = ending;
    talk.limits.close();
    talk.toClient.mute();
    talk.toUpstream.mute();
    talk.hold?.depart(ending.state === 'cut' ? 'cut' : 'left');
    talk.wake();
    if (mayTell && told !== null) this.#client.end(told);
    else this.#client.end();
    talk.services.metrics.add(counted.bytesOut, talk.toClient.total);
    try {
      await this.#stopTarget();
    } catch (error) {
      talk.services.log('a backend could not be stopped', error);
    }
    // The control plane may be away: then the request runs out by itself.
    await Promise.race([talk.asking, sleep(askedMsMax, undefined, { ref: false })]);
    for (const operation of talk.queue.all()) {
      for (const run of operation.runs) run.finish('unknown', null, null);
      operation.whole?.finish('unknown', null, null);
    }
    talk.upstream.socket.destroy();
    this.#client.destroySoon();
    this.#done(ending);
  }

  /** Cancel first; the backend is terminated when that does not help (closing a socket stops no DELETE). */
  async #stopTarget(): Promise<void> {
    const talk = this.#talk;
    const { upstream, session } = talk;
    if (this.#upstreamClosed) return;
    upstream.socket.resume();
    if (talk.queue.length > 0) {
      // Answers that the target keeps back until a Sync are asked for; a Sync itself could commit.
      if (upstream.socket.writable) upstream.socket.write(flush);
      const cancelled = cancelUpstream(session.target.record, upstream.pid, upstream.key).catch(() => {});
      await this.#untilIdle(cutGraceMs, cancelled);
    }
    if (talk.queue.length > 0 && !this.#upstreamClosed) {
      await talk.catalog.terminateBackend(upstream.pid);
      await this.#untilIdle(terminateMsMax, Promise.resolve());
    }
    leave(upstream.socket);
  }

  async #untilIdle(ms: number, first: Promise<unknown>): Promise<void> {
    const deadline = performance.now() + ms;
    await Promise.race([first, new Promise((resolve) => setTimeout(resolve, ms))]);
    while (this.#talk.queue.length > 0 && !this.#upstreamClosed && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

const closedByAgent: SessionEnding = { state: 'closed', reason: 'closed by the agent' };
