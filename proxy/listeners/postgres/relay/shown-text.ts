import type { MaskSpec } from '#lib/masking/model';
import { columnKey, maskedColumn } from '#lib/masking/model';
import type { FactsView } from './facts-view.ts';

/** Stands for a constant; quoted, so that the text still reads as SQL. */
export const hidden = "'‹masked›'";
/** The index keeps this much of a text; the recording keeps all of it. */
const charsShownMax = 10_000;

const shown = new WeakMap<FactsView, { readonly masks: readonly MaskSpec[]; readonly text: string }>();

/**
 * A statement's text for the index, cards and exports: constants of masked columns and passwords are
 * hidden (invariant 8). Kept for the view, since most are asked for again.
 */
export function shownText(view: FactsView, masks: readonly MaskSpec[]): string {
  const known = shown.get(view);
  if (known !== undefined && known.masks === masks) return known.text;
  const text = wholeShownText(view, masks).slice(0, charsShownMax);
  shown.set(view, { masks, text });
  return text;
}

/** The same without a bound: a card shows the statement whole. */
export function wholeShownText(view: FactsView, masks: readonly MaskSpec[]): string {
  const { text } = view;
  const masked = new Set<string>();
  for (const mask of masks) {
    const column = maskedColumn(mask);
    if (column !== null) masked.add(columnKey(column));
  }
  const spans = view.literals
    .filter(({ column, password }) => password || (column !== null && masked.has(columnKey(column))))
    .toSorted((a, b) => a.start - b.start);
  let out = '';
  let at = 0;
  for (const { start, end } of spans) {
    if (start < at) continue;
    out += text.slice(at, start) + hidden;
    at = end;
  }
  return out + text.slice(at);
}

/** Numbers of the parameters that are compared with or stored in masked columns. */
export function hiddenParameters(
  views: readonly FactsView[],
  masks: readonly MaskSpec[],
): ReadonlySet<number> {
  const masked = new Set(masks.flatMap((mask) => maskedColumn(mask) ?? []).map(columnKey));
  return new Set(
    views
      .flatMap(({ facts }) => facts.parameters)
      .filter(({ column }) => masked.has(columnKey(column)))
      .map(({ number }) => number),
  );
}
