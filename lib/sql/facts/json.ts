import type { Node } from 'libpg-query';
import { callByName } from './call.ts';
import type { expressions } from './expression.ts';
import { compose, composed, readValue } from './expression.ts';
import type { NodeBody } from './nodes.ts';
import { queryColumns } from './query.ts';
import { noteType } from './type.ts';
import { type Value, wholeOf } from './value.ts';
import type { Walk } from './walk.ts';

// SQL/JSON. Servers below 17 read `json_value(…)` and its kin as ordinary calls, so user functions of
// these names count as called.

type JsonReaders = Pick<
  typeof expressions,
  | 'JsonValueExpr'
  | 'JsonIsPredicate'
  | 'JsonFuncExpr'
  | 'JsonParseExpr'
  | 'JsonScalarExpr'
  | 'JsonSerializeExpr'
  | 'JsonObjectConstructor'
  | 'JsonArrayConstructor'
  | 'JsonArrayQueryConstructor'
  | 'JsonObjectAgg'
  | 'JsonArrayAgg'
  | 'JsonKeyValue'
  | 'JsonArgument'
  | 'JsonTablePathSpec'
>;

const functionOf: Readonly<Record<string, string>> = {
  JSON_EXISTS_OP: 'json_exists',
  JSON_QUERY_OP: 'json_query',
  JSON_VALUE_OP: 'json_value',
};

export const jsonExpressions: JsonReaders = {
  JsonValueExpr: (body, walk) => readValue(body.raw_expr, walk),
  JsonIsPredicate: (body, walk) => composed([body.expr], walk, 'IS JSON'),
  JsonFuncExpr: functionValue,
  JsonParseExpr: (body, walk) => made('json', [item(body.expr)], body.output, walk),
  JsonScalarExpr: (body, walk) => made('json_scalar', [body.expr], body.output, walk),
  JsonSerializeExpr: (body, walk) => made('json_serialize', [item(body.expr)], body.output, walk),
  JsonObjectConstructor: (body, walk) => made('json_object', body.exprs, body.output, walk),
  JsonArrayConstructor: (body, walk) => made('json_array', body.exprs, body.output, walk),
  JsonArrayQueryConstructor: (body, walk) => {
    noteOutput(body.output, walk);
    if (body.query === undefined) return compose([], walk, 'JSON_ARRAY');
    return compose([wholeOf(queryColumns(walk, body.query))], walk, 'JSON_ARRAY');
  },
  JsonObjectAgg: (body, walk) => {
    callByName('json_objectagg', walk);
    const pair = body.arg === undefined ? [] : [{ JsonKeyValue: body.arg } satisfies Node];
    return aggregate(pair, ownConstructor(body), walk, 'JSON_OBJECTAGG');
  },
  JsonArrayAgg: (body, walk) => {
    callByName('json_arrayagg', walk);
    return aggregate([item(body.arg)], ownConstructor(body), walk, 'JSON_ARRAYAGG');
  },
  JsonKeyValue: (body, walk) => composed([body.key, item(body.value)], walk, 'a JSON key and value'),
  JsonArgument: (body, walk) => composed([item(body.val)], walk, 'PASSING'),
  JsonTablePathSpec: (body, walk) => readValue(body.string, walk),
};

/** `constructor` left out of the tree must not read as Object.prototype's. */
function ownConstructor(
  body: NodeBody<'JsonObjectAgg'> | NodeBody<'JsonArrayAgg'>,
): NodeBody<'JsonAggConstructor'> | undefined {
  return Object.hasOwn(body, 'constructor') ? body.constructor : undefined;
}

function item(value: NodeBody<'JsonValueExpr'> | undefined): Node | undefined {
  return value === undefined ? undefined : { JsonValueExpr: value };
}

function noteOutput(output: NodeBody<'JsonOutput'> | undefined, walk: Walk): void {
  noteType(output?.typeName, walk);
}

function made(
  name: string,
  parts: readonly (Node | undefined)[] | undefined,
  output: NodeBody<'JsonOutput'> | undefined,
  walk: Walk,
): Value {
  callByName(name, walk);
  noteOutput(output, walk);
  return composed(parts, walk, name.toUpperCase());
}

function functionValue(body: NodeBody<'JsonFuncExpr'>, walk: Walk): Value {
  const name = functionOf[body.op ?? ''] ?? 'json_query';
  const parts = [item(body.context_item), body.pathspec, ...(body.passing ?? [])];
  return made(name, [...parts, body.on_empty?.expr, body.on_error?.expr], body.output, walk);
}

function aggregate(
  parts: readonly (Node | undefined)[],
  constructed: NodeBody<'JsonAggConstructor'> | undefined,
  walk: Walk,
  phrase: string,
): Value {
  noteOutput(constructed?.output, walk);
  const more = [constructed?.agg_filter, ...(constructed?.agg_order ?? [])];
  const window = constructed?.over;
  const over = [...(window?.partitionClause ?? []), ...(window?.orderClause ?? [])];
  return composed([...parts, ...more, ...over], walk, phrase);
}
