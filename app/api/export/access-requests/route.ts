import { listAccessRequests } from '#lib/access-requests/index';
import { csvExport } from '../../../_server/list-export.ts';
import { accessFilterOf } from '../../../(workspace)/approvals/access/_components/access-filters.ts';

export const dynamic = 'force-dynamic';

/** Requests for access as CSV, with the filters of the page. */
export const GET = csvExport({
  what: 'access-requests',
  filterOf: accessFilterOf,
  load: listAccessRequests,
  columns: [
    ['request_id', (row) => row.id],
    ['agent', (row) => row.agent.name],
    ['resource', (row) => row.resource.name],
    ['environment', (row) => row.resource.environment],
    ['actions', (row) => row.actions.join('; ')],
    ['scope', (row) => row.scope.join('; ')],
    ['reason', (row) => row.reason],
    ['duration_seconds', (row) => row.durationSeconds],
    ['requested_by', (row) => row.requestedBy?.name ?? 'the agent'],
    ['created_at', (row) => row.createdAt],
    ['state', (row) => row.state],
    ['decided_by', (row) => row.decidedBy?.name],
    ['decision_reason', (row) => row.decisionReason],
    ['decided_at', (row) => row.decidedAt],
    ['grant_id', (row) => row.grantId],
  ],
});
