import { writesPlaceholder } from '#lib/masking/index';
import { tagCountsWrites } from '#lib/sql/index';
import type { ParsedMessage } from '#lib/sql/model';
import { refusedStatement } from '../errors.ts';
import { isEstimated } from '../estimate.ts';
import { leavesRole } from '../upstream-role.ts';
import { after } from './after.ts';
import { type Conversation, SessionOver } from './conversation.ts';
import { copyOptionsOf } from './copy-options.ts';
import { copiesIn } from './counted-copy.ts';
import { namesOwnThings } from './judge.ts';
import { type Judged, steersOnly, tellsOfMasked } from './judged.ts';
import { readable } from './parameters-text.ts';
import { type Refusal, serverWords } from './replaced.ts';

type Later = void | Promise<void>;

/** From a text to its decision, once everything that it depends on is known. */
export class Deciding {
  readonly #talk: Conversation;

  constructor(conversation: Conversation) {
    this.#talk = conversation;
  }

  /** Calls `next` with the decision, or `unready` when it can't be had; neither while messages are discarded. */
  text(text: string, unready: (refusal: Refusal) => void, next: (judged: Judged) => Later): Later {
    const talk = this.#talk;
    return after(talk.judge.syntax(text), (parsed) =>
      this.whenReady(text, unready, () =>
        after(this.parsed(parsed), (judged) => {
          if (!talk.discarding) return next(judged);
        }),
      ),
    );
  }

  /** Calls `next` when state, catalog and access are as of now. */
  whenReady(text: string | null, unready: (refusal: Refusal) => void, next: () => Later): Later {
    const talk = this.#talk;
    const ready = this.#ready(text);
    if (ready === undefined) return talk.discarding ? undefined : next();
    return ready.then(
      () => {
        if (!talk.discarding) return next();
      },
      (error: unknown) => {
        if (error instanceof SessionOver) throw error;
        talk.services.log('a statement could not be decided', error);
        if (!talk.discarding) unready(notReadable);
      },
    );
  }

  #ready(text: string | null): Promise<void> | undefined {
    const talk = this.#talk;
    // What a name stands for is certain only when all that was sent is answered.
    if (text !== null && talk.queue.length > 0 && namesOwnThings.test(text)) {
      return talk.settle().then(() => talk.ready());
    }
    return talk.ready();
  }

  /** Decides; names that mean nothing may be new: then the catalog is read again, once. */
  parsed(parsed: ParsedMessage): Judged | Promise<Judged> {
    const talk = this.#talk;
    const judged = talk.judge.decide(parsed);
    const unknown = judged.views.some(({ facts }) => facts.unresolved.length > 0);
    if (!unknown || talk.status === 'E' || !fails(judged)) return judged;
    return talk.catalog
      .forgetSoon()
      .then(() => talk.ready())
      .then(() => talk.judge.decide(parsed));
  }

  /** A held write may be small enough to run: asks the planner, and decides again. */
  async withEstimate(
    judged: Judged,
    text: string,
    bound: readonly { readonly value: string | null }[],
  ): Promise<Judged> {
    const talk = this.#talk;
    if (!judged.decision.volatile) return judged;
    // The rows of a copy are counted as they come: none came yet.
    if (copiesIn(judged.views)) {
      const empty = talk.judge.decide(judged.parsed, 0);
      return empty.decision.outcome === 'allow' ? empty : judged;
    }
    if (!isEstimated(judged.views) || tellsOfMasked(judged)) return judged;
    // An estimate lets nothing run whose real count can't be told afterwards.
    if (!tagCountsWrites(judged.parsed)) return judged;
    const { rows } = await talk.catalog.estimate(judged.views, text, bound, talk.state);
    await talk.ready();
    return rows === null ? judged : talk.judge.decide(judged.parsed, rows);
  }

  /** Why a message that policy allows must not run all the same; null: nothing speaks against it. */
  objection(judged: Judged, recorded: readonly (string | null)[] | null): Refusal | null {
    const talk = this.#talk;
    // In a failed transaction the state can't be asked; the target refuses everything else too.
    if (talk.state.stale && judged.views.length > 0 && !steersOnly(judged)) return serverWords.aborted;
    if (talk.role !== null && judged.views.some(leavesRole)) return declaredRole(talk.role);
    const { masks } = judged.access.resource;
    if (masks.length === 0) return null;
    const text = judged.parsed.text;
    for (const { facts, kind } of judged.views) {
      if (!kind.writes) continue;
      const fault = writesPlaceholder(facts, masks, { text, parameters: readable(recorded) });
      if (fault !== null) return refusedStatement(capital(fault.message), fault.hint);
    }
    return this.#unreadableCopy(judged) ? unreadableCopy : null;
  }

  #unreadableCopy({ views, decisions, parsed }: Judged): boolean {
    return views.some(({ kind }, index) => {
      const plan = decisions[index]?.masks;
      if (kind.tag !== 'COPY' || plan === undefined) return false;
      if (!plan.everything && plan.outputs.length === 0) return false;
      return parsed.kind !== 'parsed' || copyOptionsOf(parsed.statements[index]) === null;
    });
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function declaredRole(role: string): Refusal {
  return refusedStatement(
    `This session runs under the role ${role}, which the resource declares for this agent, and stays there`,
    'Leave SET ROLE and SET SESSION AUTHORIZATION out; RESET ROLE and DISCARD ALL pass.',
  );
}

const unreadableCopy: Refusal = refusedStatement(
  'This COPY writes masked columns in a form that can not be masked',
  'Use FORMAT text, csv or binary with the encoding UTF8.',
);

const notReadable: Refusal = {
  severity: 'ERROR',
  code: '58000',
  message:
    '[DENIED] The catalog of the target can not be read now, so nothing can be decided. Try again in a moment.',
};

/** What runs anyway need not wait for another look at the catalog; the target then says what is unknown. */
function fails({ decision, access }: Judged): boolean {
  return decision.outcome !== 'allow' || access.resource.masks.length > 0;
}
