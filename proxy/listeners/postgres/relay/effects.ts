import type { SqlFacts } from '#lib/sql/model';
import type { Conversation } from './conversation.ts';
import { type FactsView, viewOf } from './facts-view.ts';
import type { Portal, Prepared } from './names.ts';
import type { Operation } from './operations.ts';
import { nothingDecided } from './strictest.ts';

const unread = new Set(['DO', 'CALL']);

/** It runs code whose effects are not read from its text. */
export function ranUnread({ functions, tag }: SqlFacts): boolean {
  return functions.some(({ harmless }) => !harmless) || unread.has(tag);
}

/** A statement succeeded: what it changes of the session's names and meaning is taken over. */
export function completed(talk: Conversation, view: FactsView): void {
  const { facts } = view;
  const hasRunUnread =
    ranUnread(facts) ||
    // Triggers and rules too; newer targets tell of it themselves.
    (facts.setsOff.length > 0 && !talk.upstream.parameters.has('search_path'));
  if (!view.kind.changesMeaning && facts.transaction === null && !hasRunUnread) return;
  const { names, state } = talk;
  if (facts.deallocates !== null) names.deallocate(facts.deallocates);
  if (facts.closesCursor !== null) names.closeCursor(facts.closesCursor);
  if (facts.tag === 'DISCARD ALL') names.closeCursor('*');
  if (facts.prepares !== null) prepare(talk, facts.prepares);
  if (facts.opensCursor !== null) openCursor(talk, view);
  if (view.kind.changesMeaning || hasRunUnread) {
    state.stale = true;
    state.changedInTransaction = true;
  }
  if (facts.transaction === 'rollback_to' && state.changedInTransaction) state.stale = true;
  if (facts.changesNames) talk.catalog.changedHere();
}

/** Messages did not take effect: what was assumed of them is taken back, the last one first. */
export function groupFailed(talk: Conversation, operations: readonly Operation[]): void {
  for (const operation of operations.toReversed()) {
    operation.undo?.();
    for (const run of operation.runs) run.finish('cancelled', null, null);
    if (operation.kind === 'bind') operation.portal?.run?.finish('cancelled', null, null);
  }
  meaningMayHaveChanged(talk, operations);
}

/** A statement failed that would have changed what texts mean: parts of it may have. */
export function meaningMayHaveChanged(talk: Conversation, operations: readonly Operation[]): void {
  if (operations.some(({ changesMeaning }) => changesMeaning)) {
    talk.state.stale = true;
    talk.state.changedInTransaction = true;
    talk.catalog.changedHere();
  }
}

/** ReadyForQuery outside a transaction: portals are gone, and what was changed in it may be too. */
export function transactionEnded(talk: Conversation, group: number): void {
  const { names, state, catalog } = talk;
  for (const portal of names.portals.values()) {
    if (!portal.withHold && portal.group <= group) portal.run?.finish('completed', null, null);
  }
  names.endTransaction(group);
  if (!state.changedInTransaction) return;
  state.changedInTransaction = false;
  state.stale = true;
  catalog.transactionEnded();
}

function prepare(talk: Conversation, { name, prepared }: NonNullable<FactsView['facts']['prepares']>): void {
  const entry: Prepared = {
    name,
    text: prepared.text,
    parsed: { kind: 'parsed', text: prepared.text, statements: [prepared.statement] },
    types: [],
    group: 0,
    settled: true,
    judged: null,
    described: null,
  };
  talk.names.prepare(entry);
}

function openCursor(talk: Conversation, view: FactsView): void {
  const opened = view.facts.opensCursor;
  if (opened === null) return;
  const inner = viewOf(opened.facts, view.text, 0, view.text.length);
  const portal: Portal = {
    name: opened.name,
    prepared: null,
    group: talk.queue.head?.group ?? 0,
    settled: true,
    // A name that is kept too long only makes the target say that there is no such portal.
    withHold: true,
    judged: {
      parsed: { kind: 'parsed', text: view.text, statements: [] },
      fault: null,
      views: [inner],
      decision: nothingDecided,
      decisions: [nothingDecided],
      access: talk.session.live.access(),
      // Never equal to a session's: it is decided before it runs.
      epoch: -1,
      stateKey: '',
      validUntilMs: 0,
      rowEstimate: null,
    },
    resultFormats: [],
    values: [],
    formats: [],
    describedAs: null,
    described: false,
    masker: undefined,
    run: null,
  };
  talk.names.bind(portal, opened.facts);
}

/** Does its success change what later texts mean? The end of a transaction takes back what was changed in it. */
export function changesMeaning(view: FactsView, changedInTransaction: boolean): boolean {
  return view.kind.changesMeaning || (changedInTransaction && view.facts.transaction !== null);
}
