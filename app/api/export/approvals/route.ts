import { listApprovals } from '#lib/approvals/index';
import { approvalStates, approvalTabs } from '#lib/approvals/model';
import { oneParam } from '../../../../components/ui/search-params.ts';
import { csvExport } from '../../../_server/list-export.ts';

export const dynamic = 'force-dynamic';

/** The inbox as CSV, in the tab and state of the page. */
export const GET = csvExport({
  what: 'approvals',
  filterOf: (params) => ({
    tab: approvalTabs.find((one) => one === oneParam(params, 'tab')) ?? 'pending',
    state: approvalStates.find((one) => one === oneParam(params, 'state')),
    agentId: oneParam(params, 'agent'),
    resourceId: oneParam(params, 'resource'),
  }),
  load: listApprovals,
  columns: [
    ['ticket', (row) => row.ticket],
    ['state', (row) => row.state],
    ['verdict', (row) => row.verdict],
    ['agent', (row) => row.agent.name],
    ['resource', (row) => row.resource.name],
    ['environment', (row) => row.resource.environment],
    ['purpose', (row) => row.purpose?.text],
    ['purpose_tier', (row) => row.purpose?.tier],
    ['rule', (row) => row.rule],
    ['created_at', (row) => row.createdAt],
    ['decided_at', (row) => row.decidedAt],
    ['decided_by', (row) => row.decidedBy.join('; ')],
    ['used_at', (row) => row.usedAt],
    ['session_id', (row) => row.sessionId],
    ['seq', (row) => row.seq],
  ],
});
