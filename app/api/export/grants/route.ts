import { listGrants } from '#lib/grants/index';
import { allPages, csvStream } from '../../../_server/csv.ts';
import { download, respond } from '../../../_server/http.ts';
import { grantFilterOf } from '../../../(workspace)/grants/_components/grant-filters.ts';

export const dynamic = 'force-dynamic';

const head =
  'grant_id agent resource environment owner actions scope reason source created_by starts_at ends_at state state_at state_reason last_used_at permissions_used permissions_total stale'.split(
    ' ',
  );

/** Grants as CSV, with the filters of the page. */
export async function GET(request: Request): Promise<Response> {
  const params = Object.fromEntries(new URL(request.url).searchParams);
  return respond(async (context) => {
    const filter = grantFilterOf(params);
    const first = await listGrants(context, { ...filter, limit: 200 });
    const pages = allPages(async (cursor) =>
      cursor === undefined ? first : listGrants(context, { ...filter, cursor, limit: 200 }),
    );
    const body = csvStream(head, pages, (row) => [
      row.id,
      row.agent.name,
      row.resource.name,
      row.resource.environment,
      row.owner?.name,
      row.actions.join('; '),
      row.scope.join('; '),
      row.reason,
      row.source,
      row.createdBy?.name ?? row.createdByKind,
      row.startsAt,
      row.endsAt,
      row.state,
      row.stateAt,
      row.stateReason,
      row.lastUsedAt,
      row.permissions.used,
      row.permissions.total,
      row.stale.map((reason) => reason.text).join('; '),
    ]);
    return download(body, 'grants.csv', 'text/csv; charset=utf-8');
  });
}
