import { digestOf, type Json } from '#lib/core/canonical-json';
import type { Decision } from '#lib/policies/model';
import { keepAll, keepFacts, objectName } from '#lib/sql/index';
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
  const summary = keepFacts(facts);
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
  const summary = keepAll(all.map((kind) => kind.summary));
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
