import { listEntries } from '#lib/ledger/index';
import { csvExport } from '../../../_server/list-export.ts';
import { entryFilterOf } from '../../../(workspace)/ledger/_components/entry-filters.ts';

export const dynamic = 'force-dynamic';

/** Ledger entries as CSV, with the filters of the page. */
export const GET = csvExport({
  what: 'ledger-entries',
  filterOf: (params) => ({ ...entryFilterOf(params), after: undefined }),
  load: async (context, { cursor, ...filter }) => {
    const page = await listEntries(context, { ...filter, after: cursor });
    return { rows: page.entries, next: page.next };
  },
  columns: [
    ['entry_id', (row) => row.id],
    ['position', (row) => row.position],
    ['at', (row) => row.at],
    ['actor_kind', (row) => row.actor.kind],
    ['actor', (row) => row.actor.name],
    ['action', (row) => row.action],
    ['subject_kind', (row) => row.subject.kind],
    ['subject_id', (row) => row.subject.id],
    ['summary', (row) => row.summary],
  ],
});
