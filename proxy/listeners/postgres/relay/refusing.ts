import { factsOf } from '#lib/sql/index';
import type { Catalog } from '#lib/sql/model';
import { refusedStatement } from '../errors.ts';
import type { Conversation } from './conversation.ts';
import { type FactsView, viewOf } from './facts-view.ts';
import type { Judged } from './judged.ts';
import { Operation } from './operations.ts';
import { type Refusal, replacedParse, replacedQuery, serverWords } from './replaced.ts';
import { StatementRun } from './run.ts';
import { nothingDecided } from './strictest.ts';

type Recorded = readonly (string | null)[] | null;

/** Characters of a text that can't be read which the recording keeps. */
const faultCharsMax = 10_000;

/** Nothing is looked up for a message that is not read. */
const noCatalog: Catalog = {
  epoch: 0,
  relation: () => null,
  relationByOid: () => null,
  functions: () => [],
  hasSchema: () => false,
};

/** Says no in the target's own terms, and leaves the trace of it. */
export class Refusing {
  readonly #talk: Conversation;

  constructor(conversation: Conversation) {
    this.#talk = conversation;
  }

  /** Sends what can't parse in a simple query's place; the target's error becomes `refusal`. */
  query(refusal: Refusal): void {
    const talk = this.#talk;
    if (talk.discarding) return;
    const operation = new Operation('query', talk.group);
    operation.refusal = refusal;
    operation.undo = talk.names.dropUnnamed();
    talk.send(operation, replacedQuery);
  }

  /** The same for a message of the extended protocol: an error of the target's own, until the next Sync. */
  message(refusal: Refusal): void {
    const talk = this.#talk;
    if (talk.discarding) return;
    const operation = new Operation('parse', talk.group);
    operation.refusal = refusal;
    talk.send(operation, replacedParse);
  }

  /** A run of one view of a message, not yet in the recording. */
  run(
    view: FactsView,
    judged: Judged,
    recorded: Recorded,
    index = 0,
    whole: StatementRun | null = null,
  ): StatementRun {
    const { session, services } = this.#talk;
    const own = judged.decisions[index] ?? judged.decision;
    const decision = judged.views.length > 1 ? { ...own, outcome: judged.decision.outcome } : judged.decision;
    const run = new StatementRun(session, view, decision, recorded, null, services.clock.now(), whole);
    run.quota = this.#talk.limits.quota(decision);
    return run;
  }

  /** Policy denied it: recorded, and told as policy says it. */
  denied(judged: Judged, view: FactsView, recorded: Recorded): Refusal {
    return this.recorded(judged, view, recorded, refusalOf(judged));
  }

  recorded(judged: Judged, view: FactsView, recorded: Recorded, refusal: Refusal): Refusal {
    const decision = { ...judged.decision, outcome: 'deny' as const, message: refusal.message };
    const run = this.run(view, { ...judged, views: [view], decision }, recorded).intend();
    run.finish('refused', null, { code: refusal.code, message: refusal.message });
    return refusal;
  }

  /** A message that is never served, whatever is in it: evidence like any other refusal. */
  unserved(what: string, { code, message, hint }: Refusal): void {
    const { session, services, discarding } = this.#talk;
    if (discarding) return;
    const error = { sqlState: '54000', message, hint: hint ?? null, position: null } as const;
    const parsed = { kind: 'refused', text: what, error } as const;
    const [facts] = factsOf(parsed, noCatalog, { searchPath: [], role: '', tempSchema: null }).statements;
    if (facts === undefined) return;
    const decision = { ...nothingDecided, outcome: 'deny', message } as const;
    const view = viewOf(facts, what, 0, what.length);
    const run = new StatementRun(session, view, decision, null, null, services.clock.now());
    run.intend().finish('refused', null, { code, message });
  }

  /** A text that can't be read is evidence too; the index shows none of it. */
  fault(judged: Judged, text: string): void {
    const { fault } = judged;
    if (fault === null) return;
    const { session, services } = this.#talk;
    session.recorder.append({
      kind: 'notice',
      of: null,
      from: 'gateway',
      severity: 'ERROR',
      message: `not forwarded (${fault.sqlState} ${fault.message}): ${text.slice(0, faultCharsMax)}`,
    });
    services.metrics.add('countersign_unreadable_texts_total');
  }
}

/** What Postgres itself would say keeps its words; what policy says is marked as its own. */
export function refusalOf({ views, decision }: Judged): Refusal {
  const known = views.flatMap(({ facts }) => facts.refusals).find(({ sqlState }) => sqlState !== undefined);
  if (known?.sqlState !== undefined && decision.policies.length === 0) {
    const { sqlState: code, message } = known;
    if (serverWords.noNames.has(code)) return { severity: 'ERROR', code, message };
    return { severity: 'ERROR', code, message, hint: known.hint ?? undefined };
  }
  return refusedStatement(decision.message ?? 'No policy allows this.', decision.hint);
}
