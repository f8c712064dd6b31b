import type { Node, RangeFunction, TypeCast } from 'libpg-query';
import { builtinResultColumns, recordFunctions } from '../builtin/functions.ts';
import type { CatalogFunction } from '../model.ts';
import { readValue } from './expression.ts';
import { as, stringsOf } from './nodes.ts';
import type { Item } from './scope.ts';
import { figuredName } from './target.ts';
import { noteType } from './type.ts';
import { type Columns, computedFrom, type NamedValue, plain, renamed, type Value, wholeOf } from './value.ts';
import type { Walk } from './walk.ts';

/** A function in FROM, or several by ROWS FROM, with the columns of their results. */
export function functionItem(walk: Walk, node: RangeFunction): Item {
  const parts: Columns[] = [];
  let name = '';
  for (const entry of node.functions ?? []) {
    const [call, definitions] = as(entry, 'List')?.items ?? [];
    if (call === undefined) continue;
    if (name === '') name = figuredName(call).name;
    const listed = as(definitions, 'List')?.items ?? [];
    const definition = listed.length > 0 ? listed : (node.coldeflist ?? []);
    parts.push(...resultColumns(walk, call, definition, node.alias?.aliasname));
  }
  const named = parts.flatMap((part) => part.named);
  const open = parts.flatMap((part) => part.open ?? []);
  if (node.ordinality) named.push({ name: 'ordinality', value: plain });
  const columns: Columns = { named, open: open.length === 0 ? null : computedFrom(open) };
  return {
    alias: node.alias?.aliasname ?? name,
    schema: null,
    columns: renamed(columns, stringsOf(node.alias?.colnames) ?? []),
    open: true,
    named: true,
    system: false,
  };
}

/** `unnest(a, b)` is one column for each argument, any other call one result. */
function resultColumns(
  walk: Walk,
  call: Node,
  definition: readonly Node[],
  alias: string | undefined,
): readonly Columns[] {
  const functionCall = as(call, 'FuncCall');
  const names = stringsOf(functionCall?.funcname) ?? [];
  const name = names.at(-1) ?? '';
  const args = functionCall?.args ?? [];
  const several =
    name === 'unnest' && args.length > 1 && walk.statement.names.functions(null, name).length === 0;
  if (several && functionCall !== null) {
    return args.map((argument) => ({
      named: [
        { name: 'unnest', value: readValue({ FuncCall: { ...functionCall, args: [argument] } }, walk) },
      ],
      open: null,
    }));
  }
  const value = readValue(call, walk);
  if (name === 'unnest' && !value.unknown && isScalarArray(walk, args[0])) {
    return [{ named: [{ name: alias ?? name, value: wholeOf({ named: [], open: value }) }], open: null }];
  }
  return [shapeOf(walk, names, value, definition, alias)];
}

function shapeOf(
  walk: Walk,
  names: readonly string[],
  value: Value,
  definition: readonly Node[],
  alias: string | undefined,
): Columns {
  const whole = wholeOf({ named: [], open: value });
  if (definition.length > 0) {
    return { named: definition.flatMap((node) => definedColumn(walk, node, whole)), open: null };
  }
  const [name = '', schema] = [...names].reverse();
  const candidates = walk.statement.names.functions(schema ?? null, name);
  if (candidates.length > 0 || value.unknown) return userShape(candidates, name, whole, alias);
  const columns = builtinResultColumns(name);
  if (columns !== null)
    return { named: columns.map((column) => ({ name: column, value: whole })), open: null };
  if (recordFunctions.has(name) || name === 'unnest') return { named: [], open: whole };
  return { named: [{ name: alias ?? name, value: whole }], open: null };
}

/** An array whose members are surely no rows: cast to a built-in type, or of plain constants. */
function isScalarArray(walk: Walk, node: Node | undefined): boolean {
  const cast = as(node, 'TypeCast');
  if (cast !== null) return isScalarType(walk, cast);
  const array = as(node, 'A_ArrayExpr');
  if (array !== null) {
    return (array.elements ?? []).every((element) => {
      const typed = as(element, 'TypeCast');
      return typed === null ? as(element, 'A_Const') !== null : isScalarType(walk, typed);
    });
  }
  const called = stringsOf(as(node, 'FuncCall')?.funcname)?.at(-1) ?? '';
  return ['string_to_array', 'regexp_split_to_array', 'regexp_match'].includes(called);
}

function isScalarType(walk: Walk, cast: TypeCast): boolean {
  const [type, schema] = [...(stringsOf(cast.typeName?.names) ?? [])].reverse();
  if (type === undefined) return false;
  const { names } = walk.statement;
  if (schema === 'pg_catalog') return names.relation('pg_catalog', type) === null;
  return names.type(schema ?? null, type) === null && names.relation(schema ?? null, type) === null;
}

function definedColumn(walk: Walk, node: Node, value: Value): NamedValue[] {
  const column = as(node, 'ColumnDef');
  if (column === null) return [];
  noteType(column.typeName, walk);
  return [{ name: column.colname ?? '', value }];
}

/** The target's own functions say what they return; overloads that differ leave it open. */
function userShape(
  candidates: readonly CatalogFunction[],
  name: string,
  value: Value,
  alias: string | undefined,
): Columns {
  const [shape, ...others] = candidates.map((candidate) => candidate.resultColumns);
  if (others.length > 0 || shape === undefined) return { named: [], open: value };
  if (shape === null) return { named: [{ name: alias ?? name, value }], open: null };
  return { named: shape.map((column) => ({ name: column, value })), open: null };
}
