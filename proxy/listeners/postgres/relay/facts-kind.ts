import { digestOf, type Json } from '#lib/core/canonical-json';
import type { Decision, ObjectRef } from '#lib/policies/model';
import type { SqlFacts } from '#lib/sql/model';
import { BoundedCache } from './cache.ts';

/**
 * What statements have in common that differ only in constants: everything that policy, records and
 * the index read of facts. Worked out once.
 */
export interface FactsKind {
  readonly tag: string;
  readonly actions: readonly string[];
  readonly objects: readonly string[];
  readonly permissions: readonly { readonly action: string; readonly object: string }[];
  readonly summary: Json;
  readonly digest: string;
  readonly writes: boolean;
  /** Its success changes what later texts of the session mean. */
  readonly changesMeaning: boolean;
  /** Decisions about it that depend on nothing else than their key. */
  readonly decisions: Map<string, Decision>;
}

/** Settings that change what names in later texts mean. */
const namingSettings = new Set(['search_path', 'role', 'session_authorization', 'all']);

const kinds = new BoundedCache<FactsKind>(20_000, 64 * 1024 * 1024);

export function kindOf(facts: SqlFacts): FactsKind {
  // Everything of facts but the places and values of constants.
  const key = JSON.stringify([
    facts.tag,
    facts.requests,
    facts.attributes,
    facts.refusals,
    facts.functions,
    facts.columns,
    facts.outputs,
    facts.outputsUnknown,
    facts.unresolved,
    facts.settings,
    facts.transaction,
    facts.changesNames,
    facts.setsOff,
    facts.prepares?.name,
    facts.deallocates,
    facts.opensCursor?.name,
    facts.closesCursor,
  ]);
  const known = kinds.get(key);
  if (known !== undefined) return known;
  const kind = makeKind(facts);
  kinds.set(key, kind);
  return kind;
}

function makeKind(facts: SqlFacts): FactsKind {
  const permissions = new Map<string, { action: string; object: string }>();
  for (const { action, object } of facts.requests) {
    const named = objectName(object);
    permissions.set(`${action} ${named}`, { action, object: named });
  }
  const summary = summaryOf(facts);
  return {
    tag: facts.tag,
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
    decisions: new Map(),
  };
}

export function kindOfAll(all: readonly FactsKind[]): FactsKind {
  const summary: Json = { statements: all.map((kind) => kind.summary) };
  const permissions = all.flatMap((kind) => kind.permissions);
  return {
    tag: [...new Set(all.map(({ tag }) => tag))].join('; '),
    actions: [...new Set(all.flatMap(({ actions }) => actions))],
    objects: [...new Set(all.flatMap(({ objects }) => objects))],
    permissions: [...new Map(permissions.map((one) => [`${one.action} ${one.object}`, one])).values()],
    summary,
    digest: digestOf(summary),
    writes: all.some(({ writes }) => writes),
    changesMeaning: all.some(({ changesMeaning }) => changesMeaning),
    decisions: new Map(),
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
  const sources = (output: NonNullable<SqlFacts['outputs']>[number]) => {
    if (output.kind === 'column') return [column(output.column)];
    if (output.kind === 'union') return output.columns.map(column);
    return output.kind === 'computed' ? output.from.map(column) : null;
  };
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
      facts.outputs?.map((output) => ({ name: output.name, kind: output.kind, from: sources(output) })) ??
      null,
    refusals: facts.refusals.map(({ message }) => message),
    unresolved: facts.unresolved.map(({ kind, name }) => `${kind} ${name}`),
    setsOff: [...facts.setsOff],
    transaction: facts.transaction,
    settings: facts.settings.map(({ name, value, local }) => ({ name, value, local })),
  };
}
