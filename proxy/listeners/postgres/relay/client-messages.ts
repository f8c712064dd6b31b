import { FrameFault, type FrameReader } from '../codec/frames.ts';
import {
  EncodingFault,
  readBind,
  readExecute,
  readFunctionCall,
  readParse,
  readQuery,
  readTarget,
} from '../codec/read.ts';
import { fromClient } from '../codec/types.ts';
import { message } from '../codec/write.ts';
import { type Conversation, insideCopy } from './conversation.ts';
import type { Copying } from './copies.ts';
import { countedCopying, watchCopyIn } from './copy-in.ts';
import { judgeCopy } from './counted-copy.ts';
import { Deciding } from './deciding.ts';
import { Extended } from './extended.ts';
import { FunctionCalls } from './function-calls.ts';
import { Operation } from './operations.ts';
import { probeName } from './probe.ts';
import { Refusing } from './refusing.ts';
import { type Refusal, reservedName } from './replaced.ts';
import { SimpleQueries } from './simple.ts';

type Later = void | Promise<void>;

/** What the client sends: every message is handled here by its type, and an unknown one is refused. */
export class ClientMessages {
  readonly #talk: Conversation;
  readonly #reader: FrameReader;
  readonly #refusing: Refusing;
  readonly #simple: SimpleQueries;
  readonly #extended: Extended;
  readonly #calls: FunctionCalls;
  /** The client said goodbye: nothing of it is read after that. */
  terminated = false;

  constructor(conversation: Conversation, reader: FrameReader) {
    this.#talk = conversation;
    this.#reader = reader;
    const deciding = new Deciding(conversation);
    this.#refusing = new Refusing(conversation);
    this.#simple = new SimpleQueries(conversation, deciding, this.#refusing);
    this.#extended = new Extended(conversation, deciding, this.#refusing);
    this.#calls = new FunctionCalls(conversation, deciding, this.#refusing);
  }

  /** One whole frame; the reader stands on it. A promise: read no further before it resolves. */
  frame(): Later {
    const { type } = this.#reader;
    if (this.#talk.copies.open === null || passDuringCopy.has(type)) return this.#frame(type);
    return this.#talk.copyOver().then(() => this.#frame(type));
  }

  #frame(type: number): Later {
    switch (type) {
      case fromClient.query:
      case fromClient.parse:
      case fromClient.bind:
        return this.#text(type);
      case fromClient.execute:
        return this.#execute();
      case fromClient.describe:
        return this.#describe();
      case fromClient.close:
        return this.#close();
      case fromClient.sync:
        return this.#sync();
      case fromClient.flush:
        return this.#pass();
      case fromClient.copyData:
        return this.#copyData();
      case fromClient.copyDone:
      case fromClient.copyFail:
        return this.#copyEnd();
      case fromClient.functionCall:
        return this.#functionCall();
      case fromClient.terminate:
        this.terminated = true;
        return this.#pass();
      default:
        throw new FrameFault(
          `a message of a type that is not served (${JSON.stringify(String.fromCharCode(type))})`,
        );
    }
  }

  /** A piece of copied data, or of a message that is too long to be read. */
  part(): void {
    const { type, first } = this.#reader;
    if (type === fromClient.copyData) return this.#copyData();
    if (!first) return;
    if (this.#talk.copies.open !== null) throw new FrameFault(insideCopy);
    this.#refusing.unserved('a message that is too long', tooLong);
    if (type === fromClient.query || type === fromClient.functionCall) this.#refusing.query(tooLong);
    else this.#refusing.message(tooLong);
  }

  #text(type: number): Later {
    const { buffer, start, end } = this.#reader;
    const frame = { buffer, start, end };
    try {
      if (type === fromClient.query) return this.#simple.query(readQuery(buffer, start, end), frame);
      if (type === fromClient.parse) return this.#extended.parse(readParse(buffer, start, end), frame);
      return this.#extended.bind(readBind(buffer, start, end), frame);
    } catch (error) {
      if (!(error instanceof EncodingFault)) throw error;
      this.#refusing.unserved('a text that is not UTF-8', badEncoding);
      if (type === fromClient.query) this.#refusing.query(badEncoding);
      else this.#refusing.message(badEncoding);
    }
  }

  #functionCall(): Later {
    const { buffer, start, end } = this.#reader;
    return this.#calls.call(readFunctionCall(buffer, start, end), { buffer, start, end });
  }

  #execute(): Later {
    const { buffer, start, end } = this.#reader;
    return this.#extended.execute(readExecute(buffer, start, end).portal, { buffer, start, end });
  }

  #describe(): Later {
    const talk = this.#talk;
    if (talk.discarding) return;
    const { buffer, start, end } = this.#reader;
    const { kind, name } = readTarget(buffer, start, end);
    if (name === probeName) return this.#refusing.message(reservedName(name));
    const operation = new Operation('describe', talk.group);
    if (kind === 'S') operation.prepared = talk.names.statements.get(name) ?? null;
    else {
      operation.portal = talk.names.portals.get(name) ?? null;
      if (operation.portal !== null) operation.portal.described = true;
    }
    talk.send(operation, buffer, start, end);
  }

  #close(): Later {
    const talk = this.#talk;
    if (talk.discarding) return;
    const { buffer, start, end } = this.#reader;
    const { kind, name } = readTarget(buffer, start, end);
    if (name === probeName) return this.#refusing.message(reservedName(name));
    const operation = new Operation('close', talk.group);
    if (kind === 'S') operation.undo = talk.names.closeStatement(name);
    else {
      const portal = talk.names.portals.get(name);
      operation.done = () => portal?.run?.finish('completed', null, null);
      operation.undo = talk.names.closePortal(name);
    }
    talk.send(operation, buffer, start, end);
  }

  #sync(): void {
    const talk = this.#talk;
    // While it takes copied data the target hears no Sync, and will not answer this one.
    if (talk.copyingIn) return this.#pass();
    talk.discarding = false;
    const { buffer, start, end } = this.#reader;
    talk.send(new Operation('sync', talk.group), buffer, start, end);
  }

  #copyData(): void {
    if (this.#talk.discarding) return;
    this.#pass();
    const { buffer, start, end, first, last } = this.#reader;
    watchCopyIn(this.#talk, buffer.subarray(first ? start + 5 : start, end), last);
  }

  #copyEnd(): Later {
    const talk = this.#talk;
    if (talk.discarding) return;
    const { open } = talk.copies;
    const copy = this.#reader.type === fromClient.copyDone ? countedCopying(open) : null;
    if (copy === null) {
      this.#pass();
      return this.#copyEnded(open);
    }
    const { countedCopy } = copy.run;
    if (countedCopy === null) return;
    return judgeCopy(talk, copy.run, countedCopy).then((refusal) => {
      if (refusal !== null) {
        copy.operation.refusal = refusal;
        if (copy.operation.kind === 'query') talk.poison.refused(copy.run.ticket ?? 'its rows', Date.now());
      }
      const end = refusal === null ? message(fromClient.copyDone) : message(fromClient.copyFail, 'refused');
      talk.toUpstream.message(end);
      this.#copyEnded(copy);
    });
  }

  #copyEnded(copy: Copying | null): void {
    const talk = this.#talk;
    if (copy !== null) talk.copies.end(copy);
    talk.copyingIn = false;
    if (talk.queue.length > 0) talk.queue.push(new Operation('copyEnd', talk.group));
  }

  #pass(): void {
    const { buffer, start, end } = this.#reader;
    if (this.#talk.discarding && this.#reader.type === fromClient.flush) return;
    this.#talk.toUpstream.range(buffer, start, end);
  }
}

/** What the target takes while data of a COPY comes. */
const passDuringCopy: ReadonlySet<number> = new Set([
  fromClient.copyData,
  fromClient.copyDone,
  fromClient.copyFail,
  fromClient.flush,
  fromClient.sync,
  fromClient.terminate,
]);

const tooLong: Refusal = {
  severity: 'ERROR',
  code: '54000',
  message: 'The statement is too long to be checked. Split it, or load data by COPY … FROM STDIN.',
};

const badEncoding: Refusal = {
  severity: 'ERROR',
  code: '22021',
  message: 'invalid byte sequence for encoding "UTF8"',
};
