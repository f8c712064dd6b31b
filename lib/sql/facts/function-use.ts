import { harmlessExtensionFunctions, harmlessExtensions, reachesOut } from '../builtin/special.ts';
import type { CatalogFunction, SqlSessionState } from '../model.ts';
import { parseSearchPath } from '../search-path.ts';
import { Names } from './names.ts';
import type { Item } from './scope.ts';
import { readStatement } from './statement.ts';
import { plain, type Value } from './value.ts';
import type { Walk } from './walk.ts';

/** Bodies that call each other are followed so far; then the call counts as opaque. */
const bodyDepthMax = 8;

/** Whether a function of the target's own is known to only compute. */
export function isHarmless(candidate: CatalogFunction): boolean {
  const { extension, language, name, volatility } = candidate;
  if (candidate.securityDefiner || language !== 'c' || !harmlessExtensions.has(extension ?? '')) return false;
  return volatility !== 'volatile' || harmlessExtensionFunctions.has(name);
}

/** Notes the call of a function that isn't built in: a request for it, and what its body does. */
export function noteFunction(walk: Walk, candidate: CatalogFunction): void {
  const { out } = walk.statement;
  const { schema, name, volatility } = candidate;
  const harmless = isHarmless(candidate);
  out.function({ schema, name, volatility, harmless });
  if (harmless) return;
  out.request('call_function', { kind: 'function', schema, name });
  if (candidate.securityDefiner) {
    out.sets(`${schema}.${name}() runs with the rights of ${candidate.owner}`);
  }
  if (reachesOut(name, candidate.extension)) {
    out.request('dblink', { kind: 'function', schema, name });
    out.mark('dynamic_text', true);
  }
  readBody(walk, candidate);
}

function readBody(walk: Walk, candidate: CatalogFunction): void {
  const { statement } = walk;
  const tree = candidate.bodyTree;
  if (candidate.language !== 'sql' || tree?.kind !== 'parsed' || statement.bodies >= bodyDepthMax) {
    statement.out.mark('opaque', true);
    // Code that can't be read may set search_path or make things.
    statement.out.changesNames = true;
    statement.names.overlay.removed = true;
    return;
  }
  const session: SqlSessionState = { ...statement.session, searchPath: pathOf(candidate, statement.session) };
  const names = new Names(statement.names.catalog, session, statement.names.overlay);
  const parameters = (candidate.argumentNames ?? []).filter((name) => name !== '');
  const inner: Walk = {
    statement: { ...statement, session, names, text: tree.text, toUnits: null, bodies: statement.bodies + 1 },
    scope: { items: argumentsOf(candidate.name, parameters), parent: null },
    ctes: null,
    depth: walk.depth,
  };
  for (const { node } of tree.statements) {
    const result = readStatement(inner, node);
    for (const column of result?.columns?.named ?? []) {
      statement.out.use(column.value.refs, 'compute', `the body of ${candidate.name}()`);
    }
  }
}

function pathOf(candidate: CatalogFunction, session: SqlSessionState): readonly string[] {
  const own = candidate.settings?.find((setting) => setting.startsWith('search_path='));
  return own === undefined ? session.searchPath : parseSearchPath(own.slice('search_path='.length));
}

/** Arguments are columns of the function's name, and rows of their own: `row_argument.field`. */
function argumentsOf(name: string, parameters: readonly string[]): readonly Item[] {
  const named = parameters.map((parameter) => ({ name: parameter, value: plainArgument }));
  const all = { alias: name, schema: null, open: true, named: true, system: false };
  const rows = parameters.map((alias) => ({
    ...all,
    alias,
    columns: { named: [], open: plainArgument },
    open: false,
  }));
  return [{ ...all, columns: { named, open: null } }, ...rows];
}

const plainArgument: Value = plain;
