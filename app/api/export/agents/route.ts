import { listAgents } from '#lib/agents/index';
import { csvExport } from '../../../_server/list-export.ts';
import { agentFilterOf } from '../../../(workspace)/agents/_components/agent-filters.ts';

export const dynamic = 'force-dynamic';

/** Agents as CSV, with the filters of the page. */
export const GET = csvExport({
  what: 'agents',
  filterOf: agentFilterOf,
  load: listAgents,
  columns: [
    ['agent_id', (row) => row.id],
    ['name', (row) => row.name],
    ['state', (row) => row.state],
    ['state_reason', (row) => row.stateReason],
    ['owner', (row) => row.owner?.name],
    ['owner_left', (row) => row.owner?.left],
    ['issuer', (row) => row.issuer.name],
    ['groups', (row) => row.groups.join('; ')],
    ['orphaned_at', (row) => row.orphanedAt],
    ['grants', (row) => row.grants],
    ['live_sessions', (row) => row.liveSessions],
    ['last_session_at', (row) => row.lastSessionAt],
    ['open_findings', (row) => row.openFindings],
  ],
});
