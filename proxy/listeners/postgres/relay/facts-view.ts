import type { LiteralSpan, SqlFacts } from '#lib/sql/model';
import { type FactsKind, kindOf, kindOfAll } from './facts-kind.ts';

/** Facts of one statement in its message, with what is the same for all statements of its kind. */
export interface FactsView {
  readonly facts: SqlFacts;
  readonly kind: FactsKind;
  readonly text: string;
  /** Constants of `text`, offsets in it. */
  readonly literals: readonly LiteralSpan[];
}

/** `start` and `end` are the statement's place in the message. */
export function viewOf(facts: SqlFacts, message: string, start: number, end: number): FactsView {
  const literals =
    start === 0
      ? facts.literals
      : facts.literals.map((span) => ({ ...span, start: span.start - start, end: span.end - start }));
  return { facts, kind: kindOf(facts), text: message.slice(start, end), literals };
}

/** Several statements of one message as one: what is held or refused whole. */
export function wholeView(views: readonly FactsView[], message: string): FactsView | null {
  const [first] = views;
  if (first === undefined || views.length === 1) return first ?? null;
  return {
    facts: first.facts,
    kind: kindOfAll(views.map(({ kind }) => kind)),
    text: message,
    literals: views.flatMap(({ facts }) => facts.literals),
  };
}
