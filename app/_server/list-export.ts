import type { CsvValue } from '#lib/core/csv';
import { exportList, type ListPage } from '#lib/ledger/index';
import type { SearchParams } from '../../components/ui/search-params.ts';
import type { PersonContext } from './context.ts';
import { csvStream } from './csv.ts';
import { download, respond } from './http.ts';

const pageRows = 200;

interface CsvList<Row, Filter extends object> {
  /** Names the file and the list in the ledger's entry. */
  readonly what: string;
  /** The page's own: what the address narrows the list to. */
  readonly filterOf: (params: SearchParams) => Filter;
  readonly load: (
    context: PersonContext,
    page: Filter & { readonly cursor?: string | undefined; readonly limit: number },
  ) => Promise<ListPage<Row>>;
  readonly columns: readonly (readonly [name: string, of: (row: Row) => CsvValue])[];
}

/** A route that hands a list out as CSV, with the filters of its page and an entry in the ledger. */
export function csvExport<Row, Filter extends object>(
  list: CsvList<Row, Filter>,
): (request: Request) => Promise<Response> {
  return (request) =>
    respond(async (context) => {
      const filter = list.filterOf(Object.fromEntries(new URL(request.url).searchParams));
      const { cursor: _cursor, limit: _limit, ...narrowed } = filter as Record<string, unknown>;
      const pages = await exportList(
        context,
        { what: list.what, format: 'csv', filter: narrowed },
        (cursor) => list.load(context, { ...filter, cursor, limit: pageRows }),
      );
      const head = list.columns.map(([name]) => name);
      const body = csvStream(head, pages, (row: Row) => list.columns.map(([, value]) => value(row)));
      return download(body, `${list.what}.csv`, 'text/csv; charset=utf-8');
    });
}
