import { listEntries } from '#lib/ledger/index';
import { allPages, csvStream } from '../../../_server/csv.ts';
import { download, respond } from '../../../_server/http.ts';
import { entryFilterOf } from '../../../(workspace)/ledger/_components/entry-filters.ts';

export const dynamic = 'force-dynamic';

const head = 'entry_id position at actor_kind actor action subject_kind subject_id summary'.split(' ');

/** Ledger entries as CSV, with the filters of the page. */
export async function GET(request: Request): Promise<Response> {
  const params = Object.fromEntries(new URL(request.url).searchParams);
  return respond(async (context) => {
    const filter = entryFilterOf(params);
    const load = async (after: string | undefined) => {
      const page = await listEntries(context, { ...filter, after, limit: 200 });
      return { rows: page.entries, next: page.next };
    };
    const first = await load(undefined);
    const pages = allPages(async (cursor) => (cursor === undefined ? first : load(cursor)));
    const body = csvStream(head, pages, (row) => [
      row.id,
      row.position,
      row.at,
      row.actor.kind,
      row.actor.name,
      row.action,
      row.subject.kind,
      row.subject.id,
      row.summary,
    ]);
    return download(body, 'ledger.csv', 'text/csv; charset=utf-8');
  });
}
