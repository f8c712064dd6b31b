import { dotted, type NamePart, quotePart, splitName } from '#lib/core/dotted-name';
import type { ObjectRef } from './model.ts';

/** What one pattern of a grant's scope covers. */
export type ScopePattern =
  | { readonly kind: 'all' }
  | { readonly kind: 'schema'; readonly schema: string }
  | { readonly kind: 'object'; readonly schema: string; readonly name: string };

/** `*`, `schema.*` or `schema.name`; null for anything else, which covers nothing. */
export function parseScope(pattern: string): ScopePattern | null {
  const parts = splitName(pattern);
  const first = parts?.[0];
  if (!parts || !first) return null;
  const isStar = (part: NamePart) => part.text === '*' && !part.quoted;
  const hasStar = (part: NamePart) => !part.quoted && part.text.includes('*');
  if (parts.length === 1) return isStar(first) ? { kind: 'all' } : null;
  const second = parts[1];
  if (parts.length !== 2 || !second || hasStar(first)) return null;
  if (isStar(second)) return { kind: 'schema', schema: first.text };
  return hasStar(second) ? null : { kind: 'object', schema: first.text, name: second.text };
}

/** Does the pattern cover the object? A request about the whole resource needs `*`. */
export function scopeCovers(pattern: ScopePattern, object: ObjectRef): boolean {
  if (pattern.kind === 'all') return true;
  if (object.kind === 'resource') return false;
  if (pattern.schema !== object.schema) return false;
  if (pattern.kind === 'schema') return true;
  return object.kind !== 'schema' && pattern.name === object.name;
}

/** An object as people and agents read it: `public.orders`, `schema public`, `the whole resource`. */
export function describeObject(object: ObjectRef): string {
  switch (object.kind) {
    case 'resource':
      return 'the whole resource';
    case 'schema':
      return `schema ${quotePart(object.schema)}`;
    case 'function':
      return `${dotted(object.schema, object.name)}()`;
    case 'table':
      return dotted(object.schema, object.name);
  }
}

export interface EntityId {
  readonly type: 'Resource' | 'Schema' | 'Table' | 'Function';
  readonly id: string;
}

/** The Cedar entity of an object: `Table::"shop.public.orders"`. */
export function entityOf(resourceName: string, object: ObjectRef): EntityId {
  switch (object.kind) {
    case 'resource':
      return { type: 'Resource', id: resourceName };
    case 'schema':
      return { type: 'Schema', id: dotted(resourceName, object.schema) };
    case 'table':
      return { type: 'Table', id: dotted(resourceName, object.schema, object.name) };
    case 'function':
      return { type: 'Function', id: dotted(resourceName, object.schema, object.name) };
  }
}
