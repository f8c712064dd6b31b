import { digestOf, type Json } from '#lib/core/canonical-json';
import type { ObjectRef } from '#lib/policies/model';
import type { LiteralSpan, SqlFacts } from '#lib/sql/model';

/** Facts of one statement with what records, cards and the index say of them, worked out once. */
export interface FactsView {
  readonly facts: SqlFacts;
  readonly tag: string;
  readonly text: string;
  /** Constants of `text`, offsets in it. */
  readonly literals: readonly LiteralSpan[];
  readonly actions: readonly string[];
  readonly objects: readonly string[];
  readonly permissions: readonly { readonly action: string; readonly object: string }[];
  readonly summary: Json;
  readonly digest: string;
  readonly writes: boolean;
  /** Its success changes what later texts of the session mean. */
  readonly changesMeaning: boolean;
}

/** Settings that change what names in later texts mean. */
const namingSettings = new Set(['search_path', 'role', 'session_authorization', 'temp_tablespaces', 'all']);

/** `start` and `end` are the statement's place in the message. */
export function viewOf(facts: SqlFacts, message: string, start: number, end: number): FactsView {
  const permissions = new Map<string, { action: string; object: string }>();
  for (const { action, object } of facts.requests) {
    const named = objectName(object);
    permissions.set(`${action} ${named}`, { action, object: named });
  }
  const summary = summaryOf(facts);
  return {
    facts,
    tag: facts.tag,
    text: message.slice(start, end),
    literals: facts.literals.map((span) => ({ ...span, start: span.start - start, end: span.end - start })),
    actions: [...new Set(facts.requests.map(({ action }) => action))],
    objects: [...new Set(facts.requests.map(({ object }) => objectName(object)))],
    permissions: [...permissions.values()],
    summary,
    digest: digestOf(summary),
    writes: facts.requests.some(({ action }) => action !== 'read'),
    changesMeaning:
      facts.changesNames ||
      facts.prepares !== null ||
      facts.deallocates !== null ||
      facts.opensCursor !== null ||
      facts.closesCursor !== null ||
      facts.settings.some(({ name }) => namingSettings.has(name)),
  };
}

/** Several statements of one message as one: what is held or refused whole. */
export function wholeView(views: readonly FactsView[], message: string): FactsView | null {
  const [first] = views;
  if (first === undefined || views.length === 1) return first ?? null;
  const summary: Json = { statements: views.map((view) => view.summary) };
  return {
    facts: first.facts,
    tag: [...new Set(views.map(({ tag }) => tag))].join('; '),
    text: message,
    literals: views.flatMap(({ facts }) => facts.literals),
    actions: [...new Set(views.flatMap(({ actions }) => actions))],
    objects: [...new Set(views.flatMap(({ objects }) => objects))],
    permissions: [
      ...new Map(
        views.flatMap(({ permissions }) => permissions).map((one) => [`${one.action} ${one.object}`, one]),
      ).values(),
    ],
    summary,
    digest: digestOf(summary),
    writes: views.some(({ writes }) => writes),
    changesMeaning: views.some(({ changesMeaning }) => changesMeaning),
  };
}

export function objectName(object: ObjectRef): string {
  switch (object.kind) {
    case 'resource':
      return '*';
    case 'schema':
      return `${object.schema}.*`;
    default:
      return `${object.schema}.${object.name}`;
  }
}

/** What is kept of facts: no text, no offsets, so that equal statements have one digest. */
function summaryOf(facts: SqlFacts): Json {
  const column = (ref: { schema: string; table: string; column: string }) =>
    `${ref.schema}.${ref.table}.${ref.column}`;
  return {
    tag: facts.tag,
    requests: facts.requests.map(({ action, member, object }) => ({
      action,
      member,
      object: objectName(object),
    })),
    attributes: { ...facts.attributes },
    functions: facts.functions.map(({ schema, name, volatility, harmless }) => ({
      name: `${schema}.${name}`,
      volatility,
      harmless,
    })),
    columns: facts.columns.map((use) => ({ column: column(use.column), use: use.kind, where: use.where })),
    outputs:
      facts.outputs?.map((output) => ({
        name: output.name,
        from:
          output.kind === 'column'
            ? [column(output.column)]
            : output.kind === 'union'
              ? output.columns.map(column)
              : output.kind === 'computed'
                ? output.from.map(column)
                : null,
      })) ?? null,
    refusals: facts.refusals.map(({ message }) => message),
    unresolved: facts.unresolved.map(({ kind, name }) => `${kind} ${name}`),
    setsOff: [...facts.setsOff],
    transaction: facts.transaction,
    settings: facts.settings.map(({ name, value, local }) => ({ name, value, local })),
  };
}
