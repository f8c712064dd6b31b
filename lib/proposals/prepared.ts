import type { Context } from '#lib/auth/context';
import type { Json } from '#lib/core/canonical-json';
import type { Effect } from './model.ts';

/** A change with what it would do to what is there now. */
export interface Prepared {
  readonly subject: { readonly kind: string; readonly id: string };
  readonly title: string;
  readonly effects: readonly Effect[];
  /** All that the change leans on: another standing than when it was proposed makes it stale. */
  readonly standing: Json;
  /** Persons who gain or lose by it: none of them is the second admin. */
  readonly concerns: readonly string[];
  run(context: Context): Promise<unknown>;
}

/** The values that differ. */
export function effectsOf(
  values: readonly (readonly [what: string, before: string | null, after: string | null])[],
): readonly Effect[] {
  return values
    .filter(([, before, after]) => before !== after)
    .map(([what, before, after]) => ({ what, before, after }));
}

export function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : [...names].sort().join(', ');
}
