import { listImports } from '#lib/grants/index';
import { csvExport } from '../../../_server/list-export.ts';

export const dynamic = 'force-dynamic';

/** Readings of other systems as CSV. */
export const GET = csvExport({
  what: 'imports',
  filterOf: () => ({}),
  load: listImports,
  columns: [
    ['import_id', (row) => row.id],
    ['source', (row) => row.source],
    ['read_at', (row) => row.readAt],
    ['grants', (row) => row.rows],
    ['new', (row) => row.added],
    ['changed', (row) => row.changed],
    ['gone', (row) => row.ended],
    ['by', (row) => row.by],
    ['at', (row) => row.at],
    ['sha256', (row) => row.digest],
  ],
});
