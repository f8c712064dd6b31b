import { listResources } from '#lib/resources/index';
import { csvStream } from '../../../_server/csv.ts';
import { download, respond } from '../../../_server/http.ts';

export const dynamic = 'force-dynamic';

const head =
  'resource_id name kind environment address owner owner_left masks grants agents live_sessions last_session_at ended_at'.split(
    ' ',
  );

/** Resources as CSV. */
export async function GET(request: Request): Promise<Response> {
  const search = new URL(request.url).searchParams.get('search') ?? undefined;
  return respond(async (context) => {
    const rows = await listResources(context, search === undefined ? {} : { search });
    const pages = (async function* () {
      yield rows;
    })();
    const body = csvStream(head, pages, (row) => [
      row.id,
      row.name,
      row.kind,
      row.environment,
      row.address,
      row.owner?.name,
      row.owner?.left,
      row.masks,
      row.grants,
      row.agents,
      row.liveSessions,
      row.lastSessionAt,
      row.endedAt,
    ]);
    return download(body, 'resources.csv', 'text/csv; charset=utf-8');
  });
}
