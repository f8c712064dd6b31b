import { listGrants } from '#lib/grants/index';
import { csvExport } from '../../../_server/list-export.ts';
import { grantFilterOf } from '../../../(workspace)/grants/_components/grant-filters.ts';

export const dynamic = 'force-dynamic';

/** Grants as CSV, with the filters of the page. */
export const GET = csvExport({
  what: 'grants',
  filterOf: grantFilterOf,
  load: listGrants,
  columns: [
    ['grant_id', (row) => row.id],
    ['agent', (row) => row.agent.name],
    ['resource', (row) => row.resource.name],
    ['environment', (row) => row.resource.environment],
    ['owner', (row) => row.owner?.name],
    ['actions', (row) => row.actions.join('; ')],
    ['scope', (row) => row.scope.join('; ')],
    ['reason', (row) => row.reason],
    ['source', (row) => row.source],
    ['created_by', (row) => row.createdBy?.name ?? row.createdByKind],
    ['starts_at', (row) => row.startsAt],
    ['ends_at', (row) => row.endsAt],
    ['state', (row) => row.state],
    ['state_at', (row) => row.stateAt],
    ['state_reason', (row) => row.stateReason],
    ['last_used_at', (row) => row.lastUsedAt],
    ['permissions_used', (row) => row.permissions?.used],
    ['permissions_total', (row) => row.permissions?.total],
    ['stale', (row) => row.stale.map((reason) => reason.text).join('; ')],
  ],
});
