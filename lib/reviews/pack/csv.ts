import { visible } from '#lib/core/visible-text';

/** What a spreadsheet would run or split by: such a cell gets an apostrophe first (OWASP CSV injection). */
const formulaStart = /^[\s\u00a0]*[=+\-@\uff0b\uff0d\uff1d\uff20]/;

/** One line of RFC 4180, every cell quoted, control and direction characters made visible. */
export function csvLine(cells: readonly (string | number | boolean | null)[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

function cell(value: string | number | boolean | null): string {
  if (value === null) return '""';
  if (typeof value !== 'string') return `"${value}"`;
  const text = visible(value);
  const safe = formulaStart.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
