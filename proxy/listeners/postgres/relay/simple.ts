import { refusedStatement } from '../errors.ts';
import type { Conversation } from './conversation.ts';
import { copyOptionsOf } from './copy-options.ts';
import { copiesIn, countedCopyOf } from './counted-copy.ts';
import { endCounted, sendCounted } from './counted-query.ts';
import { isTakenBack, settleCounted } from './counted-write.ts';
import type { Deciding } from './deciding.ts';
import { changesMeaning } from './effects.ts';
import { type FactsView, wholeView } from './facts-view.ts';
import { askPeople } from './held.ts';
import type { Judged } from './judged.ts';
import { Operation } from './operations.ts';
import { poisonedMessage } from './poison.ts';
import type { Refusing } from './refusing.ts';
import { type Refusal, refusalOfFault, serverWords } from './replaced.ts';
import type { StatementRun } from './run.ts';

type Later = void | Promise<void>;

/** A frame of the client, to be forwarded as it came. */
export interface Frame {
  readonly buffer: Buffer;
  readonly start: number;
  readonly end: number;
}

/** The simple protocol: one message, decided whole before any of it is forwarded. */
export class SimpleQueries {
  readonly #talk: Conversation;
  readonly #deciding: Deciding;
  readonly #refusing: Refusing;

  constructor(conversation: Conversation, deciding: Deciding, refusing: Refusing) {
    this.#talk = conversation;
    this.#deciding = deciding;
    this.#refusing = refusing;
  }

  query(text: string, frame: Frame): Later {
    return this.#deciding.text(
      text,
      (refusal) => this.#refusing.query(refusal),
      (judged) => this.#judged(judged, text, frame),
    );
  }

  #judged(judged: Judged, text: string, frame: Frame): Later {
    const { poison } = this.#talk;
    if (judged.fault !== null) {
      this.#refusing.fault(judged, text);
      return this.#refusing.query(refusalOfFault(judged.fault));
    }
    const view = wholeView(judged.views, text);
    if (view === null) return this.#send(judged, frame, null);
    const because = poison.check(judged.views, Date.now());
    if (judged.decision.outcome === 'deny') {
      poison.refused(judged.decision.message ?? 'denied', Date.now());
      return this.#refusing.query(this.#refusing.denied(judged, view, null));
    }
    const objection =
      because === null
        ? (this.#deciding.objection(judged, null) ??
          this.#talk.lookups.take(judged, () => null) ??
          this.#limit(judged))
        : refusedStatement(poisonedMessage(because), null);
    if (objection === serverWords.aborted) return this.#refusing.query(objection);
    if (objection !== null) {
      return this.#refusing.query(this.#refusing.recorded(judged, view, null, objection));
    }
    if (judged.decision.outcome !== 'allow') return this.#hold(judged, view, text, frame);
    if (isTakenBack(this.#talk, judged)) return this.#return(judged, view, text, frame);
    return this.#send(judged, frame, null);
  }

  /** What is held meets the limits of its last decision, when its estimate is known. */
  #limit(judged: Judged): Refusal | null {
    return judged.decision.outcome === 'hold' ? null : this.#talk.limits.take(judged, Date.now());
  }

  /** What it returns may go beyond a limit: then it is taken back. */
  async #return(judged: Judged, view: FactsView, text: string, frame: Frame): Promise<void> {
    const talk = this.#talk;
    await talk.settle();
    if (talk.discarding) return;
    if (talk.status === 'E') return this.#refusing.query(serverWords.aborted);
    await talk.ready();
    if (judged.access !== talk.session.live.access()) return this.query(text, frame);
    await talk.closePreparation();
    return this.#count(judged, view, text);
  }

  async #hold(first: Judged, view: FactsView, text: string, frame: Frame): Promise<void> {
    const talk = this.#talk;
    await talk.settle();
    if (talk.discarding) return;
    if (talk.status === 'E') return this.#refusing.query(serverWords.aborted);
    const judged = await this.#deciding.withEstimate(first, text, []);
    await talk.closePreparation();
    const limit = talk.limits.take(judged, Date.now());
    if (limit !== null) return this.#refusing.query(this.#refusing.recorded(judged, view, null, limit));
    if (judged.decision.outcome === 'allow') {
      return copiesIn(judged.views) ? this.#send(judged, frame, null) : this.#count(judged, view, text);
    }
    const run = this.#refusing.run(view, judged, null).intend();
    const again = () => talk.judge.decide(judged.parsed, judged.rowEstimate);
    const result = await askPeople(talk, { judged, text, bound: [], run, again });
    if ('approved' in result) return this.#send(result.approved, frame, run);
    talk.poison.refused(run.ticket ?? 'approval', Date.now());
    this.#refusing.query(result.refusal);
  }

  /** Only its estimate allows it: it runs so that its real count can still take it back. */
  async #count(judged: Judged, view: FactsView, text: string): Promise<void> {
    const talk = this.#talk;
    const run = this.#refusing.run(view, judged, null).intend();
    const refuse = (refusal: Refusal) => {
      talk.poison.refused(run.ticket ?? 'its real count', Date.now());
      this.#refusing.message(refusal);
    };
    const counted = sendCounted(talk, judged, view, text, run);
    const stands = await settleCounted(talk, refuse, counted, judged, { text, bound: [] });
    endCounted(talk, stands ? counted : null);
  }

  #send(judged: Judged, frame: Frame, whole: StatementRun | null): void {
    const talk = this.#talk;
    const operation = new Operation('query', talk.group);
    const { views, parsed } = judged;
    if (whole !== null && views.length === 1) operation.runs = [whole];
    else {
      operation.whole = whole;
      operation.runs = views.map((view, index) => {
        const run = this.#refusing.run(view, judged, null, index, whole);
        return whole === null ? run.intend() : run;
      });
    }
    operation.runs.forEach((run, index) => {
      if (run.view.kind.tag === 'COPY' && parsed.kind === 'parsed') {
        run.copyOptions = copyOptionsOf(parsed.statements[index]);
        if (whole === null) run.countedCopy = countedCopyOf(judged, { text: parsed.text, bound: [] });
      }
    });
    const { changedInTransaction } = talk.state;
    operation.changesMeaning = views.some((view) => changesMeaning(view, changedInTransaction));
    operation.undo = talk.names.dropUnnamed();
    talk.send(operation, frame.buffer, frame.start, frame.end);
  }
}
