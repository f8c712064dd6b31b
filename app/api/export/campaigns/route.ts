import { listCampaigns } from '#lib/reviews/index';
import { csvStream } from '../../../_server/csv.ts';
import { download, respond } from '../../../_server/http.ts';

export const dynamic = 'force-dynamic';

const head =
  'campaign_id name state period_from period_to due_at launched_at signed_at items decided excepted removals_open'.split(
    ' ',
  );

/** Campaigns as CSV. */
export async function GET(): Promise<Response> {
  return respond(async (context) => {
    const rows = await listCampaigns(context);
    const pages = (async function* () {
      yield rows;
    })();
    const body = csvStream(head, pages, (row) => [
      row.id,
      row.name,
      row.state,
      row.periodFrom,
      row.periodTo,
      row.dueAt,
      row.launchedAt,
      row.signedAt,
      row.items,
      row.decided,
      row.excepted,
      row.removalsOpen,
    ]);
    return download(body, 'campaigns.csv', 'text/csv; charset=utf-8');
  });
}
