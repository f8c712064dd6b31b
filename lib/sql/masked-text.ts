import type { ColumnRef, LiteralSpan } from './model.ts';

const hidden = '‹hidden›';

/**
 * A statement's text for the search index and cards: passwords, and constants that are compared with
 * or stored in masked columns, are hidden. `literals` are those of the text, offsets in it.
 */
export function maskedText(
  text: string,
  literals: readonly LiteralSpan[],
  isMasked: (column: ColumnRef) => boolean,
): string {
  const spans = literals
    .filter((literal) => literal.password || (literal.column !== null && isMasked(literal.column)))
    .sort((a, b) => a.start - b.start);
  let shown = '';
  let at = 0;
  for (const { start, end } of spans) {
    if (end <= at) continue;
    if (start >= at) shown += `${text.slice(at, start)}${hidden}`;
    at = end;
  }
  return shown + text.slice(at);
}
