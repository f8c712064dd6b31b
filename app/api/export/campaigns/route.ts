import { listCampaigns } from '#lib/reviews/index';
import { csvExport } from '../../../_server/list-export.ts';

export const dynamic = 'force-dynamic';

/** Campaigns as CSV. */
export const GET = csvExport({
  what: 'campaigns',
  filterOf: () => ({}),
  load: async (context) => ({ rows: await listCampaigns(context), next: null }),
  columns: [
    ['campaign_id', (row) => row.id],
    ['name', (row) => row.name],
    ['state', (row) => row.state],
    ['period_from', (row) => row.periodFrom],
    ['period_to', (row) => row.periodTo],
    ['due_at', (row) => row.dueAt],
    ['launched_at', (row) => row.launchedAt],
    ['signed_at', (row) => row.signedAt],
    ['items', (row) => row.items],
    ['decided', (row) => row.decided],
    ['excepted', (row) => row.excepted],
    ['removals_open', (row) => row.removalsOpen],
  ],
});
