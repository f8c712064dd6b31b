import { invalid } from './errors.ts';

/**
 * Records of RFC 4180 text, in memory: cells may be quoted and hold commas and line ends. A byte order
 * mark and empty lines are skipped. Throws `invalid` for a quote that does not close or stands inside a cell.
 */
export function readCsv(text: string): readonly (readonly string[])[] {
  const records: string[][] = [];
  let record: string[] = [];
  let at = text.startsWith('\ufeff') ? 1 : 0;
  while (at < text.length) {
    const cell = readCell(text, at, records.length + 1);
    record.push(cell.text);
    at = cell.next;
    if (text[at] === ',') {
      at += 1;
      // A comma at the very end begins one more, empty cell.
      if (at === text.length) record.push('');
      else continue;
    }
    if (record.length > 1 || record[0] !== '') records.push(record);
    record = [];
    at += text[at] === '\r' && text[at + 1] === '\n' ? 2 : 1;
  }
  return records;
}

function readCell(text: string, from: number, row: number): { text: string; next: number } {
  if (text[from] !== '"') {
    const plain = /[^,\r\n]*/y;
    plain.lastIndex = from;
    const found = plain.exec(text)?.[0] ?? '';
    if (found.includes('"')) throw invalid(`Row ${row}: a quote stands inside a cell that is not quoted.`);
    return { text: found, next: from + found.length };
  }
  const pieces: string[] = [];
  for (let at = from + 1; ; ) {
    const quote = text.indexOf('"', at);
    if (quote < 0) throw invalid(`Row ${row}: a quoted cell does not end.`);
    pieces.push(text.slice(at, quote));
    if (text[quote + 1] !== '"') {
      const next = quote + 1;
      if (next < text.length && !/[,\r\n]/.test(text[next] ?? '')) {
        throw invalid(`Row ${row}: something follows the end of a quoted cell.`);
      }
      return { text: pieces.join('"'), next };
    }
    at = quote + 2;
  }
}
