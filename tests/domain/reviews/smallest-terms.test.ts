import { describe, expect, it } from 'vitest';
import { smallestTerms } from '#lib/reviews/reduction/propose-reduction';

const grant = { actions: ['read' as const], scope: ['*'], endsAt: null };
const used = (objects: readonly string[]) => ({
  seen: objects.map((object) => ({ action: 'read', object, count: 1 })),
});
const scopeOf = (objects: readonly string[], by: 'table' | 'schema' = 'table') =>
  smallestTerms(grant, used(objects) as never, by)?.scope;

describe('the smallest terms', () => {
  it('name tables, or their schemas', () => {
    expect(scopeOf(['public.b', 'public.a', 'audit.log'])).toEqual(['audit.log', 'public.a', 'public.b']);
    expect(scopeOf(['public.b', 'public.a', 'audit.log'], 'schema')).toEqual(['audit.*', 'public.*']);
  });

  it('name schemas where the tables are more than a grant can name', () => {
    const tables = Array.from({ length: 201 }, (_, at) => `shop.t${at}`);
    expect(scopeOf(tables)).toEqual(['shop.*']);
    expect(scopeOf(tables.slice(1))).toHaveLength(200);
  });

  it('stay as wide as the grant where even the schemas are too many', () => {
    expect(scopeOf(Array.from({ length: 201 }, (_, at) => `s${at}.t`))).toEqual(['*']);
  });

  it('name a table whose quoted name is as long as Postgres allows', () => {
    const long = `"${'s.'.padEnd(63, 's')}"."${'t.'.padEnd(63, 't')}"`;
    expect(scopeOf([long])).toEqual([long]);
  });
});
