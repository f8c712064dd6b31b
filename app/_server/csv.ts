import { type CsvValue, csvLine } from '#lib/core/csv';
import { textStream } from './text-stream.ts';

/** A list as CSV, page by page, never whole in memory. */
export function csvStream<Row>(
  head: readonly string[],
  pages: AsyncIterable<readonly Row[]>,
  line: (row: Row) => readonly CsvValue[],
): ReadableStream<Uint8Array> {
  return textStream(csvText(head, pages, line));
}

/** With a byte order mark: spreadsheets take the file for their own code page without one. */
async function* csvText<Row>(
  head: readonly string[],
  pages: AsyncIterable<readonly Row[]>,
  line: (row: Row) => readonly CsvValue[],
): AsyncGenerator<string> {
  yield `\ufeff${csvLine(head)}`;
  for await (const rows of pages) yield rows.map((row) => csvLine(line(row))).join('');
}
