import { listResources } from '#lib/resources/index';
import { oneParam } from '../../../../components/ui/search-params.ts';
import { csvExport } from '../../../_server/list-export.ts';

export const dynamic = 'force-dynamic';

/** Resources as CSV. */
export const GET = csvExport({
  what: 'resources',
  filterOf: (params) => ({ search: oneParam(params, 'search') }),
  load: async (context, { search }) => ({
    rows: await listResources(context, search === undefined ? {} : { search }),
    next: null,
  }),
  columns: [
    ['resource_id', (row) => row.id],
    ['name', (row) => row.name],
    ['kind', (row) => row.kind],
    ['environment', (row) => row.environment],
    ['address', (row) => row.address],
    ['owner', (row) => row.owner?.name],
    ['owner_left', (row) => row.owner?.left],
    ['masks', (row) => row.masks],
    ['grants', (row) => row.grants],
    ['agents', (row) => row.agents],
    ['live_sessions', (row) => row.liveSessions],
    ['last_session_at', (row) => row.lastSessionAt],
    ['ended_at', (row) => row.endedAt],
  ],
});
