import type { FuncCall, Node, WindowDef } from 'libpg-query';
import {
  builtinVolatility,
  castTypes,
  isBuiltinFunction,
  isHarmlessFunction,
  isInformationFunction,
} from '../builtin/functions.ts';
import { isSpecialFunction, specialFunction } from '../builtin/special.ts';
import { isTotalFunction } from '../builtin/total.ts';
import type { CatalogFunction } from '../model.ts';
import { readValue } from './expression.ts';
import { isHarmless, noteFunction } from './function-use.ts';
import { as, constantOf, nameOf, stringsOf } from './nodes.ts';
import { noteSequence } from './sequence.ts';
import { noteSetConfig } from './setting.ts';
import { computedFrom, type Value } from './value.ts';
import type { Walk } from './walk.ts';

interface CallOptions {
  /** Values that are given instead of the call's arguments. */
  readonly given?: readonly Value[];
}

/** A function call: every function that it could mean is noted, its arguments are used by it. */
export function callValue(call: FuncCall, walk: Walk, options: CallOptions = {}): Value {
  const names = stringsOf(call.funcname) ?? [];
  const [name = '', schema] = [...names].reverse();
  const shown = `${name}()`;
  const { out } = walk.statement;
  const values = options.given ?? (call.args ?? []).map((argument) => readValue(argument, walk));
  const found = resolveCall(walk, schema ?? null, name, values.length);
  const kind = yieldsOnly(call, found, name, values.length) ? 'derived' : 'compute';
  for (const value of values) out.use(value.refs, kind, shown);
  const around = clauseValues(call, walk, shown);
  if (isInformationFunction(schema ?? null, name)) return computedFrom(values);
  if (!found.builtin && found.candidates.length === 0) return noFunction(walk, names, values);
  let result = computedFrom([...values, ...around]);
  for (const candidate of found.candidates) {
    noteFunction(walk, candidate);
    if (!isHarmless(candidate)) result = { ...result, unknown: true, origin: undefined };
  }
  if (!found.builtin || noteBuiltin(walk, name, call.args ?? [])) return result;
  return { ...result, unknown: true, origin: undefined };
}

/** What SQL syntax calls by name on some servers. */
export function callByName(name: string, walk: Walk): void {
  for (const candidate of walk.statement.names.functions(null, name)) noteFunction(walk, candidate);
}

interface Resolved {
  readonly builtin: boolean;
  readonly candidates: readonly CatalogFunction[];
}

function resolveCall(walk: Walk, schema: string | null, name: string, given: number): Resolved {
  const candidates = walk.statement.names
    .functions(schema, name)
    .filter((candidate) => takes(candidate, given));
  if (schema !== null && schema !== 'pg_catalog') return { builtin: false, candidates };
  const builtin = isBuiltinFunction(name) || isSpecialFunction(name);
  const added = walk.statement.names.catalog.functions('pg_catalog', name);
  return { builtin, candidates: added.length === 0 ? candidates : [...candidates, ...added] };
}

/** Surely a built-in call that can't fail by a value, and whose clauses compare none. */
function yieldsOnly(call: FuncCall, found: Resolved, name: string, given: number): boolean {
  const plainly = !call.agg_distinct && !call.agg_within_group && !call.func_variadic;
  const clauses = call.over ?? call.agg_filter ?? call.agg_order;
  const isBuiltin = found.builtin && found.candidates.length === 0;
  return isBuiltin && plainly && clauses === undefined && isTotalFunction(name, given);
}

function takes(candidate: CatalogFunction, given: number): boolean {
  const least = candidate.argumentCount - (candidate.defaultCount ?? 0) - (candidate.variadic ? 1 : 0);
  return given >= least && (candidate.variadic === true || given <= candidate.argumentCount);
}

/** What these do is asked for as a request of its own kind; their results show nothing. */
const ownRequest: ReadonlySet<string> = new Set(['nextval', 'setval', 'set_config', 'pg_notify']);

/** False when the result may hold anything. */
function noteBuiltin(walk: Walk, name: string, args: readonly Node[]): boolean {
  const { out } = walk.statement;
  const harmless = isHarmlessFunction(name) || ownRequest.has(name);
  out.function({ schema: 'pg_catalog', name, volatility: builtinVolatility(name), harmless });
  if (isHarmlessFunction(name)) return true;
  if (name === 'nextval' || name === 'setval') {
    const member = name === 'nextval' ? 'next_value' : 'set_sequence';
    noteSequence(walk, constantOf(args[0])?.value ?? null, member);
    return true;
  }
  if (name === 'set_config') {
    noteSetConfig(walk, args);
    return true;
  }
  if (name === 'pg_notify') {
    out.request('notify', { kind: 'resource' });
    return true;
  }
  const special = specialFunction(name);
  const object = { kind: 'function', schema: 'pg_catalog', name } as const;
  out.request(special.member, special.on === 'resource' ? { kind: 'resource' } : object);
  if (special.dynamic) out.mark('dynamic_text', true);
  if (special.statistics) out.mark('reads_statistics', true);
  return !special.unknown;
}

/** ORDER BY, FILTER, OVER of an aggregate or window function. */
function clauseValues(call: FuncCall, walk: Walk, shown: string): Value[] {
  const { out } = walk.statement;
  const values: Value[] = [];
  const read = (node: Node | undefined, phrase: string) => {
    if (node === undefined) return;
    const value = readValue(node, walk);
    out.use(value.refs, 'compute', phrase);
    values.push(value);
  };
  for (const sort of call.agg_order ?? []) read(as(sort, 'SortBy')?.node ?? sort, `${shown} ORDER BY`);
  read(call.agg_filter, `${shown} FILTER`);
  readWindow(call.over, read);
  return values;
}

export function readWindow(
  window: WindowDef | undefined,
  read: (node: Node | undefined, phrase: string) => void,
): void {
  for (const part of window?.partitionClause ?? []) read(part, 'PARTITION BY');
  for (const sort of window?.orderClause ?? [])
    read(as(sort, 'SortBy')?.node ?? sort, 'ORDER BY in a window');
  read(window?.startOffset, 'a window frame');
  read(window?.endOffset, 'a window frame');
}

/** `ssn(c)` is the column, where no such function is. */
function noFunction(walk: Walk, names: readonly string[], values: readonly Value[]): Value {
  const [row] = values;
  const field = values.length === 1 ? row?.row?.find((column) => column.name === names[0]) : undefined;
  if (field !== undefined && names.length === 1) return field.value;
  const { out, names: known } = walk.statement;
  const [name = '', schema] = [...names].reverse();
  const isCast = values.length === 1 && castTypes.has(name);
  if (isCast && (schema === undefined || schema === 'pg_catalog')) return computedFrom(values);
  const object = { kind: 'function', schema: known.assumedSchema(schema ?? null), name } as const;
  out.notResolved('function', names.join('.'));
  out.function({ schema: object.schema, name, volatility: 'unknown', harmless: false });
  out.request('call_function', object);
  return { ...computedFrom(values), unknown: true, origin: undefined };
}

/** Notes a function that a statement names without calling it now: a trigger's, an operator's. */
export function mentionFunction(walk: Walk, node: Node | readonly Node[] | undefined): void {
  const names = Array.isArray(node) ? stringsOf(node) : nameOf(node as Node | undefined);
  const [name, schema] = [...(names ?? [])].reverse();
  if (name === undefined) return;
  const known = walk.statement.names.functions(schema ?? null, name);
  for (const candidate of known) noteFunction(walk, candidate);
  if (known.length > 0 || ((schema === undefined || schema === 'pg_catalog') && isHarmlessFunction(name)))
    return;
  const owner = schema ?? (isBuiltinFunction(name) ? 'pg_catalog' : walk.statement.names.assumedSchema(null));
  walk.statement.out.function({ schema: owner, name, volatility: 'unknown', harmless: false });
  walk.statement.out.request('call_function', { kind: 'function', schema: owner, name });
}
