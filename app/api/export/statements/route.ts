import { listStatements } from '#lib/sessions/index';
import { allPages, csvStream } from '../../../_server/csv.ts';
import { download, respond } from '../../../_server/http.ts';
import { statementFilterOf } from '../../../(workspace)/sessions/_components/statement-filters.ts';

export const dynamic = 'force-dynamic';

const head =
  'at session_id seq agent resource tag text actions objects decision outcome policies grants ticket error_code rows bytes_out masked_fields duration_us'.split(
    ' ',
  );

/** Statements as CSV, of one session or of a search; values of masked columns are masked. */
export async function GET(request: Request): Promise<Response> {
  const params = Object.fromEntries(new URL(request.url).searchParams);
  return respond(async (context) => {
    const filter = { ...statementFilterOf(params), sessionId: params.session || undefined };
    const first = await listStatements(context, { ...filter, limit: 200 });
    const pages = allPages(async (cursor) =>
      cursor === undefined ? first : listStatements(context, { ...filter, cursor, limit: 200 }),
    );
    const body = csvStream(head, pages, (row) => [
      row.at,
      row.sessionId,
      row.seq,
      row.agent.name,
      row.resource.name,
      row.tag,
      row.text,
      row.actions.join('; '),
      row.objects.join('; '),
      row.decision,
      row.outcome,
      row.policies.join('; '),
      row.grantIds.join('; '),
      row.ticket,
      row.error?.code,
      row.rows,
      row.bytesOut,
      row.maskedFields,
      row.durationUs,
    ]);
    return download(body, 'statements.csv', 'text/csv; charset=utf-8');
  });
}
