import { type CsvValue, csvLine } from '#lib/core/csv';

export const csvRowsMax = 50_000;

/** A list as CSV, page by page, never whole in memory. */
export function csvStream<Row>(
  head: readonly string[],
  pages: AsyncIterable<readonly Row[]>,
  line: (row: Row) => readonly CsvValue[],
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const iterator = pages[Symbol.asyncIterator]();
  let begun = false;
  let rows = 0;
  return new ReadableStream({
    async pull(controller) {
      if (!begun) {
        begun = true;
        controller.enqueue(encoder.encode(`\ufeff${csvLine(head)}`));
      }
      const page = await iterator.next();
      if (page.done || rows >= csvRowsMax) return controller.close();
      rows += page.value.length;
      controller.enqueue(encoder.encode(page.value.map((row) => csvLine(line(row))).join('')));
    },
  });
}

/** Every page of a list verb, one after the other. */
export async function* allPages<Row>(
  load: (
    cursor: string | undefined,
  ) => Promise<{ readonly rows: readonly Row[]; readonly next: string | null }>,
): AsyncGenerator<readonly Row[]> {
  let cursor: string | undefined;
  do {
    const page = await load(cursor);
    yield page.rows;
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
}
