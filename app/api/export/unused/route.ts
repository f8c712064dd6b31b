import { unusedPermissions, unusedRowsMax } from '#lib/usage/index';
import { csvExport } from '../../../_server/list-export.ts';
import { spanOf, unusedFilterOf } from '../../../(workspace)/grants/unused/unused-filter.ts';

export const dynamic = 'force-dynamic';

/** Unused permissions as CSV, with the filters of the page. */
export const GET = csvExport({
  what: 'unused-permissions',
  filterOf: unusedFilterOf,
  load: (context, { cursor, range, ...of }) =>
    unusedPermissions(context, spanOf({ range, ...of }, context.clock.now()), of, {
      cursor,
      limit: unusedRowsMax,
    }),
  columns: [
    ['grant_id', (row) => row.grantId],
    ['agent', (row) => row.agent.name],
    ['resource', (row) => row.resource.name],
    ['action', (row) => row.action],
    ['object', (row) => row.object],
    ['looked_at_since', (row) => row.since],
  ],
});
