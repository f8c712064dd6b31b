import type { Node, TypeName } from 'libpg-query';
import { totalCasts } from '../builtin/total.ts';
import { stringsOf } from './nodes.ts';
import type { Walk } from './walk.ts';

/** Notes the user functions that a cast to this type may run, and unknown types. */
export function noteType(type: TypeName | undefined, walk: Walk): void {
  if (type === undefined) return;
  const names = stringsOf(type.names) ?? [];
  const [name, schema] = [...names].reverse();
  if (name === undefined) return;
  const { names: known, out } = walk.statement;
  if (schema === 'pg_catalog') return;
  const found = known.type(schema === undefined ? null : known.schemaName(schema), name);
  for (const called of found?.calls ?? []) {
    const dot = called.indexOf('.');
    const use = { schema: called.slice(0, dot), name: called.slice(dot + 1) };
    out.function({ ...use, volatility: 'unknown', harmless: false });
    out.request('call_function', { kind: 'function', ...use });
    out.sets(`calls ${called}() through type ${name}`);
  }
}

/** A cast to a built-in text type: every value has one. */
export function isTotalCast(type: TypeName | undefined, walk: Walk): boolean {
  if (type === undefined || type.arrayBounds !== undefined || type.pct_type || type.setof) return false;
  const [name, schema] = [...(stringsOf(type.names) ?? [])].reverse();
  if (name === undefined || !totalCasts.has(name)) return false;
  return schema === 'pg_catalog' || (schema === undefined && walk.statement.names.type(null, name) === null);
}

export function namedType(type: TypeName | undefined): string {
  const names = stringsOf(type?.names) ?? [];
  return names.at(-1) ?? 'a type';
}

export function typeNode(node: Node | undefined): TypeName | undefined {
  return node !== undefined && 'TypeName' in node ? node.TypeName : undefined;
}
