import type { Node, RangeVar } from 'libpg-query';
import type { ObjectRef } from '#lib/policies/model';
import { nameOf, stringsOf } from '../nodes.ts';
import { type NamedRelation, relationColumns, resolveRelation } from '../relation.ts';
import type { Item } from '../scope.ts';
import { wholeOf } from '../value.ts';
import type { StatementContext, Walk } from '../walk.ts';

// Names in DDL as objects that policy knows.

export const resource: ObjectRef = { kind: 'resource' };

export function tableObject(named: { readonly schema: string; readonly name: string }): ObjectRef {
  return { kind: 'table', schema: named.schema, name: named.name };
}

export function rangeOf(names: readonly string[]): RangeVar {
  const [relname = '', schemaname, catalogname] = [...names].reverse();
  return {
    relname,
    ...(schemaname === undefined ? {} : { schemaname }),
    ...(catalogname === undefined ? {} : { catalogname }),
  };
}

export function relationNamed(statement: StatementContext, names: readonly string[]): NamedRelation {
  return resolveRelation(statement, rangeOf(names));
}

/** The schema that a qualified name of a type, operator or the like stands in. */
export function schemaOf(statement: StatementContext, names: readonly string[] | null): ObjectRef {
  const [, schema] = [...(names ?? [])].reverse();
  return { kind: 'schema', schema: statement.names.assumedSchema(schema ?? null) };
}

/** The functions that a name in DDL means: all known ones of that name, else where it would be. */
export function functionObjects(statement: StatementContext, names: readonly string[] | null): ObjectRef[] {
  const [name = '', schema] = [...(names ?? [])].reverse();
  const known = statement.names.functions(schema ?? null, name);
  const schemas = new Set(known.map((candidate) => candidate.schema));
  if (schemas.size === 0) schemas.add(statement.names.assumedSchema(schema ?? null));
  return [...schemas].map((owner) => ({ kind: 'function', schema: owner, name }));
}

export function namesOf(node: Node | readonly Node[] | undefined): readonly string[] | null {
  return Array.isArray(node) ? stringsOf(node) : nameOf(node as Node | undefined);
}

/** A table as the namespace of an expression in its definition. */
export function tableScope(walk: Walk, named: NamedRelation): Walk {
  const item: Item = {
    alias: named.name,
    schema: named.schema,
    columns: relationColumns(walk, named),
    open: true,
    named: true,
    system: true,
  };
  return { ...walk, scope: { items: [item], parent: null } };
}

/** Some columns of a table, as an index or constraint names them. */
export function noteColumns(
  walk: Walk,
  named: NamedRelation,
  names: readonly (string | undefined)[],
  kind: 'compute' | 'shown',
  phrase: string,
): void {
  const columns = relationColumns(walk, named).named;
  for (const { name, value } of columns) {
    if (names.includes(name)) walk.statement.out.use(value.refs, kind, phrase);
  }
}

/** Everything that a table holds gets another name or leaves its place: masks would no longer find it. */
export function noteAllColumns(
  walk: Walk,
  named: NamedRelation,
  phrase: string,
  kind: 'moved' | 'compute' = 'moved',
): void {
  walk.statement.out.use(wholeOf(relationColumns(walk, named)).refs, kind, phrase);
}
