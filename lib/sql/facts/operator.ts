import type { Node } from 'libpg-query';
import { textOids } from '../builtin/total.ts';
import { readValue } from './expression.ts';
import { noteFunction } from './function-use.ts';
import { noteComparison } from './literals.ts';
import { as, type NodeBody, stringsOf } from './nodes.ts';
import { computedFrom, type Value } from './value.ts';
import type { Walk } from './walk.ts';

/** Notes the user-defined operators that a name could mean. Built-in ones are harmless. */
export function noteOperator(walk: Walk, name: readonly string[]): void {
  const [operator, schema] = [...name].reverse();
  if (operator === undefined || schema === 'pg_catalog') return;
  const { names } = walk.statement;
  for (const found of names.operators(schema === undefined ? null : names.schemaName(schema), operator)) {
    const candidates = names.functions(found.functionSchema, found.functionName);
    if (candidates.length === 0) continue;
    for (const candidate of candidates) noteFunction(walk, candidate);
  }
}

/** Whether only the built-in operator can be meant. */
export function isBuiltinOperator(walk: Walk, name: readonly string[]): boolean {
  const [operator, schema] = [...name].reverse();
  if (operator === undefined) return false;
  if (schema !== undefined) return schema === 'pg_catalog';
  return walk.statement.names.operators(null, operator).every((found) => found.trusted === true);
}

const operatorsOf: Readonly<Record<string, readonly string[]>> = {
  AEXPR_DISTINCT: ['='],
  AEXPR_NOT_DISTINCT: ['='],
  AEXPR_NULLIF: ['='],
  AEXPR_BETWEEN: ['>=', '<='],
  AEXPR_NOT_BETWEEN: ['<', '>'],
  AEXPR_BETWEEN_SYM: ['>=', '<='],
  AEXPR_NOT_BETWEEN_SYM: ['<', '>'],
};

const phraseOf: Readonly<Record<string, string>> = {
  AEXPR_DISTINCT: 'IS DISTINCT FROM',
  AEXPR_NOT_DISTINCT: 'IS NOT DISTINCT FROM',
  AEXPR_NULLIF: 'NULLIF',
  AEXPR_IN: 'IN',
  AEXPR_LIKE: 'LIKE',
  AEXPR_ILIKE: 'ILIKE',
  AEXPR_SIMILAR: 'SIMILAR TO',
  AEXPR_BETWEEN: 'BETWEEN',
  AEXPR_NOT_BETWEEN: 'NOT BETWEEN',
  AEXPR_BETWEEN_SYM: 'BETWEEN',
  AEXPR_NOT_BETWEEN_SYM: 'NOT BETWEEN',
};

/** Any operator: both sides are used, constants on one side belong to the columns of the other. */
export function operatorValue(body: NodeBody<'A_Expr'>, walk: Walk): Value {
  const kind = body.kind ?? 'AEXPR_OP';
  const name = stringsOf(body.name) ?? [];
  for (const operator of operatorsOf[kind] ?? []) noteOperator(walk, [operator]);
  if (operatorsOf[kind] === undefined) noteOperator(walk, name);
  const left = readValue(body.lexpr, walk);
  const right = readValue(body.rexpr, walk);
  const phrase = phraseOf[kind] ?? `the operator ${name.at(-1) ?? ''}`;
  const joins = kind === 'AEXPR_OP' && name.at(-1) === '||' && isBuiltinOperator(walk, name);
  const use = joins && isText(walk, left) && isText(walk, right) ? 'derived' : 'compute';
  walk.statement.out.use(left.refs, use, phrase);
  walk.statement.out.use(right.refs, use, phrase);
  noteComparison(walk, left.refs, constantsIn(body.rexpr));
  noteComparison(walk, right.refs, constantsIn(body.lexpr));
  return computedFrom([left, right]);
}

/** Made of text columns only, as far as it is made of columns. */
function isText(walk: Walk, { refs }: Value): boolean {
  const { catalog } = walk.statement.names;
  return refs.every(({ schema, table, column }) => {
    const found = catalog.relation(schema, table)?.columns.find(({ name }) => name === column);
    return found !== undefined && textOids.has(found.typeOid);
  });
}

/** The operands that may be constants: an IN list's members, an array's elements, or the operand itself. */
function constantsIn(node: Node | undefined): readonly Node[] {
  if (node === undefined) return [];
  const list = as(node, 'List');
  if (list !== null) return list.items ?? [];
  const array = as(node, 'A_ArrayExpr');
  return array !== null ? (array.elements ?? []) : [node];
}
