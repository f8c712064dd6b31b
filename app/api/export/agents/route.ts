import { listAgents } from '#lib/agents/index';
import { allPages, csvStream } from '../../../_server/csv.ts';
import { download, respond } from '../../../_server/http.ts';
import { agentFilterOf } from '../../../(workspace)/agents/_components/agent-filters.ts';

export const dynamic = 'force-dynamic';

const head =
  'agent_id name state state_reason owner owner_left issuer groups orphaned_at grants live_sessions last_session_at open_findings'.split(
    ' ',
  );

/** Agents as CSV, with the filters of the page. */
export async function GET(request: Request): Promise<Response> {
  const params = Object.fromEntries(new URL(request.url).searchParams);
  return respond(async (context) => {
    const filter = agentFilterOf(params);
    const first = await listAgents(context, { ...filter, limit: 200 });
    const pages = allPages(async (cursor) =>
      cursor === undefined ? first : listAgents(context, { ...filter, cursor, limit: 200 }),
    );
    const body = csvStream(head, pages, (row) => [
      row.id,
      row.name,
      row.state,
      row.stateReason,
      row.owner?.name,
      row.owner?.left,
      row.issuer.name,
      row.groups.join('; '),
      row.orphanedAt,
      row.grants,
      row.liveSessions,
      row.lastSessionAt,
      row.openFindings,
    ]);
    return download(body, 'agents.csv', 'text/csv; charset=utf-8');
  });
}
