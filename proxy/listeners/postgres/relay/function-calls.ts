import { largeObjectFunctions } from '#lib/resources/model';
import { type CalledFunction, CalledFunctions } from '../called-functions.ts';
import type { CallMessage } from '../codec/read.ts';
import { refusedStatement } from '../errors.ts';
import type { Conversation } from './conversation.ts';
import type { Deciding } from './deciding.ts';
import { changesMeaning } from './effects.ts';
import type { Judged } from './judged.ts';
import { Operation } from './operations.ts';
import { recordedValues } from './parameters-text.ts';
import { poisonedMessage } from './poison.ts';
import type { Refusing } from './refusing.ts';
import { type Refusal, refusalOfFault, serverWords } from './replaced.ts';
import type { Frame } from './simple.ts';

type Later = void | Promise<void>;

/**
 * FunctionCall messages, which name a function by its oid (libpq's and JDBC's large objects): refused
 * unless the resource allows that function, then decided and recorded as the SELECT that calls it.
 */
export class FunctionCalls {
  readonly #talk: Conversation;
  readonly #deciding: Deciding;
  readonly #refusing: Refusing;
  readonly #functions: CalledFunctions;

  constructor(conversation: Conversation, deciding: Deciding, refusing: Refusing) {
    this.#talk = conversation;
    this.#deciding = deciding;
    this.#refusing = refusing;
    const { settings } = conversation.session.target.record;
    this.#functions = new CalledFunctions(settings?.functionCalls ?? []);
  }

  call(message: CallMessage, frame: Frame): Later {
    if (this.#talk.discarding) return;
    if (this.#functions.allowsNone) return this.#refuse(message.oid, notServed);
    const known = this.#functions.known(message.oid);
    if (known !== undefined) return this.#named(known, message, frame);
    return this.#lookUp(message, frame);
  }

  async #lookUp(message: CallMessage, frame: Frame): Promise<void> {
    const talk = this.#talk;
    await talk.settle();
    if (talk.discarding) return;
    if (talk.status === 'E') return this.#refusing.query(serverWords.aborted);
    await this.#named(
      await this.#functions.find(message.oid, (question) => talk.ask(question)),
      message,
      frame,
    );
  }

  #named(found: CalledFunction | null, message: CallMessage, frame: Frame): Later {
    if (found === null) return this.#refuse(message.oid, noFunction(message.oid));
    if (!found.allowed) return this.#refuse(message.oid, notAllowed(found.name));
    const text = found.textOf(message.values.length);
    return this.#deciding.text(
      text,
      (refusal) => this.#refusing.query(refusal),
      (judged) => this.#judged(judged, found.name, message, frame),
    );
  }

  #judged(judged: Judged, name: string, message: CallMessage, frame: Frame): void {
    const talk = this.#talk;
    if (judged.fault !== null) return this.#refusing.query(refusalOfFault(judged.fault));
    const [view] = judged.views;
    if (view === undefined) return this.#refusing.query(notServed);
    const recorded = recordedValues(message.values, message.formats);
    if (judged.decision.outcome === 'deny') {
      return this.#refusing.query(this.#refusing.denied(judged, view, recorded));
    }
    const because = talk.poison.check(judged.views, Date.now());
    const objection =
      because === null
        ? this.#objection(judged, name, recorded)
        : refusedStatement(poisonedMessage(because), null);
    if (objection === serverWords.aborted) return this.#refusing.query(objection);
    if (objection !== null) {
      return this.#refusing.query(this.#refusing.recorded(judged, view, recorded, objection));
    }
    const operation = new Operation('query', talk.group);
    operation.calls = true;
    operation.runs = [this.#refusing.run(view, judged, recorded).intend()];
    operation.changesMeaning = changesMeaning(view, talk.state.changedInTransaction);
    talk.send(operation, frame.buffer, frame.start, frame.end);
  }

  /** Nothing is held or masked in this form: there is no text that a person could read, no row to mask. */
  #objection(judged: Judged, name: string, recorded: readonly (string | null)[] | null): Refusal | null {
    const { outcome, masks, message } = judged.decision;
    if (outcome === 'hold') return heldCall(message);
    if (masks.everything || masks.outputs.length > 0) return maskedCall;
    const { detect = [] } = judged.access.resource;
    if (detect.length > 0 && !isLargeObject.has(name)) return searchedCall;
    return (
      this.#deciding.objection(judged, recorded) ??
      this.#talk.lookups.take(judged, () => recorded) ??
      this.#talk.limits.take(judged, Date.now())
    );
  }

  #refuse(oid: number, refusal: Refusal): void {
    this.#refusing.unserved(`function call message for ${oid}`, refusal);
    this.#refusing.query(refusal);
  }
}

const bySelect = 'Call the function by SELECT.';

const notServed: Refusal = refusedStatement('Function call messages are not served', bySelect);

const noFunction = (oid: number): Refusal => ({
  severity: 'ERROR',
  code: '42883',
  message: `function with OID ${oid} does not exist`,
});

const notAllowed = (name: string): Refusal =>
  refusedStatement(
    `Function call messages are not served for ${name}`,
    `${bySelect} Or ask the resource's owner to name it under function_calls.`,
  );

const heldCall = (message: string | null): Refusal =>
  refusedStatement(
    `A person has to see this call${message === null ? '' : ` (${message})`}, and a function call message can not wait`,
    bySelect,
  );

/** What they return is numbers and bytes, which are not searched in rows either. */
const isLargeObject: ReadonlySet<string> = new Set(largeObjectFunctions.map((one) => `pg_catalog.${one}`));

const searchedCall: Refusal = refusedStatement(
  'What is returned here is searched for confidential values, and the answer to a function call message is not',
  bySelect,
);

const maskedCall: Refusal = refusedStatement(
  'What this function returns may hold masked values, and a function call message has no row to mask',
  bySelect,
);
