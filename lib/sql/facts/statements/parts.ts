import type { Node } from 'libpg-query';
import { expressions, readValue } from '../expression.ts';
import { bodyOf, kindOf, type NodeKind } from '../nodes.ts';
import { queryColumns } from '../query.ts';
import { noteType } from '../type.ts';
import { deeper, type Walk } from '../walk.ts';

// Definitions (columns, constraints, indexes, options) are read as a whole: every expression and query
// anywhere in them counts. A kind of node that is in none of the lists is refused.

const bare: ReadonlySet<string> = new Set([
  'A_Star',
  'Alias',
  'ATAlterConstraint',
  'BitString',
  'Boolean',
  'Float',
  'Integer',
  'RangeVar',
  'ReplicaIdentityStmt',
  'RoleSpec',
  'String',
  'TableLikeClause',
  'TriggerTransition',
  'VariableSetStmt',
]);

const compound: ReadonlySet<string> = new Set([
  'AccessPriv',
  'AlterTableCmd',
  'ColumnDef',
  'Constraint',
  'CreateOpClassItem',
  'DefElem',
  'FunctionParameter',
  'IndexElem',
  'IndexStmt',
  'List',
  'ObjectWithArgs',
  'PartitionBoundSpec',
  'PartitionCmd',
  'PartitionElem',
  'PartitionRangeDatum',
  'PartitionSpec',
  'PublicationObjSpec',
  'PublicationTable',
  'StatsElem',
]);

const queries: ReadonlySet<string> = new Set([
  'SelectStmt',
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'MergeStmt',
]);

/** Reads every expression, query and type in some parts of a definition. */
export function readParts(walk: Walk, parts: unknown, phrase: string): void {
  if (Array.isArray(parts)) {
    for (const part of parts) readParts(walk, part, phrase);
    return;
  }
  if (parts === null || typeof parts !== 'object') return;
  const inner = deeper(walk);
  const kind = kindOf(parts as Node);
  if (!/^[A-Z]/.test(kind)) {
    readFields(inner, parts, phrase);
    return;
  }
  readNode(inner, parts as Node, kind, phrase);
}

function readFields(walk: Walk, body: object, phrase: string): void {
  for (const [field, value] of Object.entries(body)) {
    if (typeof value !== 'object') continue;
    if (field === 'typeName' || field === 'argType' || field === 'returnType') noteType(value, walk);
    else readParts(walk, value, phrase);
  }
}

function readNode(walk: Walk, node: Node, kind: NodeKind, phrase: string): void {
  if (bare.has(kind)) return;
  const body = bodyOf(node);
  if (kind === 'TypeName') noteType('TypeName' in node ? node.TypeName : undefined, walk);
  else if (compound.has(kind)) readFields(walk, body as object, phrase);
  else if (queries.has(kind)) queryColumns(walk, node);
  else if (expressions[kind] !== undefined) {
    walk.statement.out.use(readValue(node, walk).refs, 'compute', phrase);
  } else {
    walk.statement.out.refuse(`this statement holds a definition that is not understood (${kind})`, null);
  }
}
