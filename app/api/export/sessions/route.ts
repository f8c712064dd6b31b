import { listSessions } from '#lib/sessions/index';
import { allPages, csvStream } from '../../../_server/csv.ts';
import { download, respond } from '../../../_server/http.ts';
import { sessionFilterOf } from '../../../(workspace)/sessions/_components/session-filters.ts';

export const dynamic = 'force-dynamic';

const head =
  'session_id agent resource environment owner purpose purpose_tier state end_reason started_at ended_at statements allowed held denied rows_out masked_fields'.split(
    ' ',
  );

/** Sessions as CSV, with the filters of the page. */
export async function GET(request: Request): Promise<Response> {
  const params = Object.fromEntries(new URL(request.url).searchParams);
  return respond(async (context) => {
    const filter = sessionFilterOf(params);
    const first = await listSessions(context, { ...filter, limit: 200 });
    const pages = allPages(async (cursor) =>
      cursor === undefined ? first : listSessions(context, { ...filter, cursor, limit: 200 }),
    );
    const body = csvStream(head, pages, (row) => [
      row.id,
      row.agent.name,
      row.resource.name,
      row.resource.environment,
      row.owner?.name,
      row.purpose?.text,
      row.purpose?.tier,
      row.state,
      row.endReason,
      row.startedAt,
      row.endedAt,
      row.statements,
      row.allowed,
      row.held,
      row.denied,
      row.rowsOut,
      row.maskedFields,
    ]);
    return download(body, 'sessions.csv', 'text/csv; charset=utf-8');
  });
}
