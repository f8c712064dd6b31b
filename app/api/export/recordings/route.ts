import { listRecordings } from '#lib/retention/index';
import { environment } from '../../../_server/environment.ts';
import { csvExport } from '../../../_server/list-export.ts';
import { keepingFilterOf } from '../../../(workspace)/ledger/recordings/_components/keeping-filters.ts';

export const dynamic = 'force-dynamic';

/** Recordings and what keeps them, as CSV, with the filter of the page. */
export const GET = csvExport({
  what: 'recordings',
  filterOf: keepingFilterOf,
  load: (context, page) => listRecordings(context, page, environment().packDays),
  columns: [
    ['session_id', (row) => row.sessionId],
    ['agent', (row) => row.agent.name],
    ['resource', (row) => row.resource.name],
    ['state', (row) => row.state],
    ['sealed_at', (row) => row.sealedAt],
    ['retain_until', (row) => row.retainUntil],
    ['hold_by', (row) => row.hold?.by],
    ['hold_at', (row) => row.hold?.at],
    ['hold_reason', (row) => row.hold?.reason],
    ['kept_because', (row) => row.keptBecause],
    ['deleted_at', (row) => row.deletedAt],
    ['bytes', (row) => row.bytes],
    ['digest', (row) => row.digest],
  ],
});
