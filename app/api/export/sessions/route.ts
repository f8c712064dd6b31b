import { listSessions } from '#lib/sessions/index';
import { csvExport } from '../../../_server/list-export.ts';
import { sessionFilterOf } from '../../../(workspace)/sessions/_components/session-filters.ts';

export const dynamic = 'force-dynamic';

/** Sessions as CSV, with the filters of the page. */
export const GET = csvExport({
  what: 'sessions',
  filterOf: sessionFilterOf,
  load: listSessions,
  columns: [
    ['session_id', (row) => row.id],
    ['agent', (row) => row.agent.name],
    ['resource', (row) => row.resource.name],
    ['environment', (row) => row.resource.environment],
    ['owner', (row) => row.owner?.name],
    ['purpose', (row) => row.purpose?.text],
    ['purpose_tier', (row) => row.purpose?.tier],
    ['state', (row) => row.state],
    ['end_reason', (row) => row.endReason],
    ['started_at', (row) => row.startedAt],
    ['ended_at', (row) => row.endedAt],
    ['statements', (row) => row.statements],
    ['allowed', (row) => row.allowed],
    ['held', (row) => row.held],
    ['denied', (row) => row.denied],
    ['rows_out', (row) => row.rowsOut],
    ['masked_fields', (row) => row.maskedFields],
  ],
});
