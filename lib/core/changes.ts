import { canonicalJson, type Json } from './canonical-json.ts';

/** What of `wanted` is given and other than it was: what a change may say that it changed. */
export function changesOf<Wanted extends Record<string, Json | undefined>>(
  wanted: Wanted,
  before: { readonly [Name in keyof Wanted]?: unknown },
): { [Name in keyof Wanted]?: Exclude<Wanted[Name], undefined> } {
  const entries = Object.entries(wanted).filter(
    ([name, value]) =>
      value !== undefined && canonicalJson(value) !== canonicalJson((before[name] ?? null) as Json),
  );
  return Object.fromEntries(entries) as { [Name in keyof Wanted]?: Exclude<Wanted[Name], undefined> };
}
