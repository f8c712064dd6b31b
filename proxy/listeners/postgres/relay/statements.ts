import type { ParsedMessage } from '#lib/sql/model';
import type { BindMessage, ParseMessage } from '../codec/read.ts';
import { describe } from '../codec/write.ts';
import { refusedStatement } from '../errors.ts';
import { isEstimated } from '../estimate.ts';
import { after } from './after.ts';
import type { Conversation } from './conversation.ts';
import { type FactsView, wholeView } from './facts-view.ts';
import { askPeople } from './held.ts';
import { type Judged, sameMeaning, steersOnly } from './judged.ts';
import type { Portal, Prepared } from './names.ts';
import { Operation, type OperationKind } from './operations.ts';
import { boundValues, recordedValues } from './parameters-text.ts';
import { poisonedMessage } from './poison.ts';
import { probeName } from './probe.ts';
import {
  type Refusal,
  refusalOfFault,
  replacedParse,
  replacedQuery,
  reservedName,
  serverWords,
} from './replaced.ts';
import { StatementRun } from './run.ts';

type Later = void | Promise<void>;

/** A frame of the client, to be forwarded as it came. */
export interface Frame {
  readonly buffer: Buffer;
  readonly start: number;
  readonly end: number;
}

/** The client's statements: each text is decided before its bytes go anywhere. */
export class Statements {
  readonly #talk: Conversation;

  constructor(conversation: Conversation) {
    this.#talk = conversation;
  }

  query(text: string, frame: Frame): Later {
    const talk = this.#talk;
    return after(talk.judge.syntax(text), (parsed) =>
      after(talk.ready(), () => this.#query(parsed, text, frame)),
    );
  }

  #query(parsed: ParsedMessage, text: string, frame: Frame): Later {
    const talk = this.#talk;
    if (talk.discarding) return;
    return after(this.#decide(parsed), (judged) => {
      if (judged.fault !== null) {
        this.#recordFault(judged, text);
        return this.refuseQuery(refusalOfFault(judged.fault));
      }
      const view = wholeView(judged.views, text);
      if (view === null) return this.#sendQuery(judged, frame, null);
      if (talk.state.stale && !steersOnly(judged)) return this.refuseQuery(serverWords.aborted);
      const because = talk.poison.check(judged.views, Date.now());
      if (because !== null && judged.decision.outcome !== 'deny') {
        const message = poisonedMessage(because);
        this.#refusedRun(judged, view, null, { ...refusedStatement(message, null) });
        return this.refuseQuery(refusedStatement(message, null));
      }
      switch (judged.decision.outcome) {
        case 'allow':
          return this.#sendQuery(judged, frame, null);
        case 'deny':
          talk.poison.refused(judged.decision.message ?? 'denied', Date.now());
          return this.refuseQuery(this.#denied(judged, view, null));
        case 'hold':
          return this.#holdQuery(judged, view, text, frame);
      }
    });
  }

  async #holdQuery(first: Judged, view: FactsView, text: string, frame: Frame): Promise<void> {
    const talk = this.#talk;
    await talk.settle();
    if (talk.discarding) return;
    if (talk.status === 'E') return this.refuseQuery(serverWords.aborted);
    const judged = await this.#withEstimate(first, text, []);
    if (judged.decision.outcome === 'allow') return this.#sendQuery(judged, frame, null);
    await talk.closePreparation();
    const run = this.#run(view, judged, null).intend();
    const refusal = await askPeople(talk, {
      judged,
      text,
      bound: [],
      recorded: null,
      run,
      again: () => talk.judge.decide(judged.parsed, judged.rowEstimate),
    });
    if (refusal === null) return this.#sendQuery(judged, frame, run);
    talk.poison.refused(run.ticket ?? 'approval', Date.now());
    this.refuseQuery(refusal);
  }

  #sendQuery(judged: Judged, frame: Frame, whole: StatementRun | null): void {
    const talk = this.#talk;
    const operation = new Operation('query', talk.group);
    const { views } = judged;
    if (whole !== null && views.length === 1) operation.runs = [whole];
    else {
      operation.whole = whole;
      operation.runs = views.map((view, index) => {
        const run = this.#run(view, judged, null, index, whole);
        return whole === null ? run.intend() : run;
      });
    }
    operation.changesMeaning = views.some((view) => changesMeaning(view, talk.state.changedInTransaction));
    operation.undo = talk.names.dropUnnamed();
    talk.send(operation, frame.buffer, frame.start, frame.end);
  }

  /** Sends what can't parse in the message's place; the target's error becomes `refusal`. */
  refuseQuery(refusal: Refusal): void {
    const talk = this.#talk;
    if (talk.discarding) return;
    const operation = new Operation('query', talk.group);
    operation.refusal = refusal;
    operation.undo = talk.names.dropUnnamed();
    talk.send(operation, replacedQuery);
  }

  parse(message: ParseMessage, frame: Frame): Later {
    const talk = this.#talk;
    if (message.name === probeName) return this.refuse('parse', reservedName(message.name));
    return after(talk.judge.syntax(message.text), (parsed) =>
      after(talk.ready(), () => this.#parse(parsed, message, frame)),
    );
  }

  #parse(parsed: ParsedMessage, message: ParseMessage, frame: Frame): Later {
    const talk = this.#talk;
    if (talk.discarding) return;
    return after(this.#decide(parsed), (judged) => {
      if (judged.fault !== null) {
        this.#recordFault(judged, message.text);
        return this.refuse('parse', refusalOfFault(judged.fault));
      }
      if (judged.views.length > 1) return this.refuse('parse', serverWords.severalCommands);
      const [view] = judged.views;
      if (view !== undefined && talk.state.stale && !steersOnly(judged)) {
        return this.refuse('parse', serverWords.aborted);
      }
      if (view !== undefined && judged.decision.outcome === 'deny') {
        return this.refuse('parse', this.#denied(judged, view, null));
      }
      const prepared: Prepared = {
        name: message.name,
        text: message.text,
        parsed,
        types: message.types,
        group: talk.group,
        settled: false,
        judged,
        described: null,
      };
      const operation = new Operation('parse', talk.group);
      operation.prepared = prepared;
      operation.undo = talk.names.prepare(prepared);
      talk.send(operation, frame.buffer, frame.start, frame.end);
    });
  }

  bind(message: BindMessage, frame: Frame): Later {
    const talk = this.#talk;
    if (message.portal === probeName || message.statement === probeName) {
      return this.refuse('bind', reservedName(probeName));
    }
    const prepared = talk.names.statements.get(message.statement);
    if (prepared !== undefined && !prepared.settled && prepared.group !== talk.group) {
      return talk.settle().then(() => this.bind(message, frame));
    }
    return after(talk.ready(), () => this.#bind(message, frame));
  }

  #bind(message: BindMessage, frame: Frame): Later {
    const talk = this.#talk;
    if (talk.discarding) return;
    const prepared = talk.names.statements.get(message.statement);
    if (prepared === undefined) return this.refuse('bind', serverWords.noStatement(message.statement));
    return after(this.#standing(prepared), (judged) => {
      const [view] = judged.views;
      if (judged.fault !== null) return this.refuse('bind', refusalOfFault(judged.fault));
      if (view === undefined || judged.decision.outcome === 'allow') {
        return this.#sendBind(message, prepared, judged, frame, null);
      }
      if (talk.state.stale && !steersOnly(judged)) return this.refuse('bind', serverWords.aborted);
      const recorded = recordedValues(message.values, message.formats);
      if (judged.decision.outcome === 'deny') {
        return this.refuse('bind', this.#denied(judged, view, recorded));
      }
      return this.#holdBind(judged, view, prepared, message, frame);
    });
  }

  async #holdBind(
    first: Judged,
    view: FactsView,
    prepared: Prepared,
    message: BindMessage,
    frame: Frame,
  ): Promise<void> {
    const talk = this.#talk;
    // What was prepared in this group stays unsent while nothing of it runs; else it is answered first.
    await this.#beforeHold();
    if (talk.discarding) return;
    if (talk.status === 'E') return this.refuse('bind', serverWords.aborted);
    const bound = boundValues(message.values, message.formats, prepared.types);
    const judged = await this.#withEstimate(first, prepared.text, bound);
    if (judged.decision.outcome === 'allow') return this.#sendBind(message, prepared, judged, frame, null);
    const recorded = recordedValues(message.values, message.formats);
    const run = this.#run(view, judged, recorded).intend();
    const refusal = await askPeople(talk, {
      judged,
      text: prepared.text,
      bound,
      recorded,
      run,
      again: () => talk.judge.decide(judged.parsed, judged.rowEstimate),
    });
    if (refusal === null) return this.#sendBind(message, prepared, judged, frame, run);
    this.refuse('bind', refusal);
  }

  async #beforeHold(): Promise<void> {
    await this.#talk.settle();
    await this.#talk.closePreparation();
  }

  #sendBind(
    message: BindMessage,
    prepared: Prepared,
    judged: Judged,
    frame: Frame,
    run: StatementRun | null,
  ): void {
    const talk = this.#talk;
    const known = prepared.described?.judged === judged ? prepared.described : null;
    const portal: Portal = {
      name: message.portal,
      prepared,
      group: talk.group,
      settled: false,
      withHold: false,
      judged,
      resultFormats: message.resultFormats,
      values: message.values,
      formats: message.formats,
      describedAs: known,
      described: known !== null,
      masker: undefined,
      run,
    };
    const operation = new Operation('bind', talk.group);
    operation.portal = portal;
    operation.undo = talk.names.bind(portal, judged.views[0]?.facts ?? null);
    talk.send(operation, frame.buffer, frame.start, frame.end);
  }

  execute(name: string, frame: Frame): Later {
    const talk = this.#talk;
    const portal = talk.names.portals.get(name);
    if (portal !== undefined && !portal.settled && portal.group !== talk.group) {
      return talk.settle().then(() => this.execute(name, frame));
    }
    return after(talk.ready(), () => this.#execute(name, frame));
  }

  #execute(name: string, frame: Frame): Later {
    const talk = this.#talk;
    if (talk.discarding) return;
    const portal = talk.names.portals.get(name);
    if (portal === undefined) return this.refuse('execute', serverWords.noPortal(name));
    return after(this.#standingPortal(portal), (refusal) => {
      if (refusal !== null) return this.refuse('execute', refusal);
      const [view] = portal.judged.views;
      const operation = new Operation('execute', talk.group);
      operation.portal = portal;
      if (view !== undefined) {
        if (portal.run === null || portal.run.finished) {
          const recorded = recordedValues(portal.values, portal.formats);
          portal.run = this.#run(view, portal.judged, recorded).intend();
        }
        operation.runs = [portal.run];
        operation.changesMeaning = changesMeaning(view, talk.state.changedInTransaction);
        this.#describeFirst(portal, view);
      }
      talk.send(operation, frame.buffer, frame.start, frame.end);
    });
  }

  /** Where a resource has masks, no row passes before the target has named its columns. */
  #describeFirst(portal: Portal, view: FactsView): void {
    const talk = this.#talk;
    if (portal.described || portal.judged.access.resource.masks.length === 0) return;
    if (view.facts.outputs === null && !view.facts.outputsUnknown) return;
    const operation = new Operation('describe', talk.group);
    operation.internal = true;
    operation.portal = portal;
    portal.described = true;
    talk.send(operation, describe('P', portal.name));
  }

  /** Null: it may run. Decides again when anything has changed since Bind. */
  #standingPortal(portal: Portal): Refusal | null {
    const talk = this.#talk;
    const { judged } = portal;
    const [view] = judged.views;
    if (view === undefined || talk.judge.stands(judged)) return null;
    const held = portal.run !== null && portal.run.decision.outcome === 'hold';
    const again =
      portal.prepared === null
        ? talk.judge.decideFacts(judged.parsed, judged.views)
        : talk.judge.decide(judged.parsed, judged.rowEstimate);
    const recorded = recordedValues(portal.values, portal.formats);
    if (again.fault !== null) return refusalOfFault(again.fault);
    if (again.decision.outcome === 'deny') return this.#denied(again, view, recorded);
    if (again.decision.outcome === 'hold' && !(held && again.access.digest === judged.access.digest)) {
      const message = 'What this statement needs has changed since it was bound. Bind it again.';
      this.#refusedRun(again, view, recorded, refusedStatement(message, null));
      return refusedStatement(message, null);
    }
    if (!sameMeaning(again, judged) || again.access !== judged.access) portal.masker = undefined;
    if (!sameMeaning(again, judged)) {
      portal.described = false;
      portal.describedAs = null;
    }
    portal.judged = again;
    return null;
  }

  /** A prepared statement's decision as things stand now. */
  #standing(prepared: Prepared): Judged | Promise<Judged> {
    const known = prepared.judged;
    if (known !== null && this.#talk.judge.stands(known)) return known;
    return after(this.#decide(prepared.parsed), (judged) => {
      prepared.judged = judged;
      return judged;
    });
  }

  /** Decides; names that mean nothing may be new: then the catalog is read again, once. */
  #decide(parsed: ParsedMessage): Judged | Promise<Judged> {
    const talk = this.#talk;
    const judged = talk.judge.decide(parsed);
    const unknown = judged.views.some(({ facts }) => facts.unresolved.length > 0);
    if (!unknown || talk.status === 'E' || !talk.catalog.mayBeBehind()) return judged;
    talk.catalog.forget();
    return talk.ready()?.then(() => talk.judge.decide(parsed)) ?? talk.judge.decide(parsed);
  }

  async #withEstimate(
    judged: Judged,
    text: string,
    bound: readonly { readonly value: string | null }[],
  ): Promise<Judged> {
    const talk = this.#talk;
    if (!judged.decision.volatile || !isEstimated(judged.views)) return judged;
    const { rows } = await talk.catalog.estimate(judged.views, text, bound, talk.state);
    await talk.ready();
    return rows === null ? judged : talk.judge.decide(judged.parsed, rows);
  }

  /** Refuses a message of the extended protocol: an error of the target's own, until the next Sync. */
  refuse(kind: OperationKind, refusal: Refusal): void {
    const talk = this.#talk;
    if (talk.discarding) return;
    const operation = new Operation(kind === 'query' ? 'query' : 'parse', talk.group);
    operation.refusal = refusal;
    talk.send(operation, replacedParse);
  }

  #run(
    view: FactsView,
    judged: Judged,
    recorded: readonly (string | null)[] | null,
    index = 0,
    whole: StatementRun | null = null,
  ): StatementRun {
    const { session, services } = this.#talk;
    const own = judged.decisions[index] ?? judged.decision;
    const decision = judged.views.length > 1 ? { ...own, outcome: judged.decision.outcome } : judged.decision;
    return new StatementRun(session, view, decision, recorded, null, services.clock.now(), whole);
  }

  #denied(judged: Judged, view: FactsView, recorded: readonly (string | null)[] | null): Refusal {
    const refusal = refusalOf(judged);
    this.#refusedRun(judged, view, recorded, refusal);
    return refusal;
  }

  #refusedRun(
    judged: Judged,
    view: FactsView,
    recorded: readonly (string | null)[] | null,
    refusal: Refusal,
  ): void {
    const denied: Judged = {
      ...judged,
      decision: { ...judged.decision, outcome: 'deny', message: refusal.message },
    };
    const run = this.#run(view, { ...denied, views: [view] }, recorded).intend();
    run.finish('refused', null, { code: refusal.code, message: refusal.message });
  }

  /** A text that can't be read is evidence too; the index shows none of it. */
  #recordFault(judged: Judged, text: string): void {
    const { fault } = judged;
    if (fault === null) return;
    const { session, services } = this.#talk;
    session.recorder.append({
      kind: 'notice',
      of: null,
      from: 'gateway',
      severity: 'ERROR',
      message: `not forwarded (${fault.sqlState} ${fault.message}): ${text.slice(0, 10_000)}`,
    });
    services.metrics.add('countersign_unreadable_texts_total');
  }
}

/** The end of a transaction takes back what was changed in it. */
function changesMeaning(view: FactsView, changedInTransaction: boolean): boolean {
  return view.kind.changesMeaning || (changedInTransaction && view.facts.transaction !== null);
}

/** What Postgres itself would say keeps its words; what policy says is marked as its own. */
function refusalOf({ views, decision }: Judged): Refusal {
  const known = views.flatMap(({ facts }) => facts.refusals).find(({ sqlState }) => sqlState !== undefined);
  if (known?.sqlState !== undefined && decision.policies.length === 0) {
    const { sqlState: code, message } = known;
    if (serverWords.noNames.has(code)) return { severity: 'ERROR', code, message };
    return { severity: 'ERROR', code: known.sqlState, message: known.message, hint: known.hint ?? undefined };
  }
  return refusedStatement(decision.message ?? 'No policy allows this.', decision.hint);
}
