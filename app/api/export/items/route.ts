import { listItems } from '#lib/reviews/index';
import { allPages, csvStream } from '../../../_server/csv.ts';
import { download, respond } from '../../../_server/http.ts';

export const dynamic = 'force-dynamic';

const head =
  'item_id position grant_id sentence agent resource environment actions scope ends_at source privileged change used unused recommendation reasons state reviewers'.split(
    ' ',
  );

/** The items of a campaign as CSV. */
export async function GET(request: Request): Promise<Response> {
  const campaignId = new URL(request.url).searchParams.get('campaign') ?? '';
  return respond(async (context) => {
    const first = await listItems(context, { campaignId, limit: 200 });
    const pages = allPages(async (cursor) =>
      cursor === undefined ? first : listItems(context, { campaignId, cursor, limit: 200 }),
    );
    const body = csvStream(head, pages, (row) => [
      row.id,
      row.position,
      row.grantId,
      row.sentence,
      row.agent.name,
      row.resource.name,
      row.resource.environment,
      row.actions.join('; '),
      row.scope.join('; '),
      row.endsAt,
      row.source,
      row.privileged,
      row.change,
      row.usedPermissions,
      row.unusedPermissions,
      row.recommendation,
      row.recommendationReasons.join('; '),
      row.state,
      row.reviewers.map((one) => `${one.person.name} (${one.duty})`).join('; '),
    ]);
    return download(body, 'review-items.csv', 'text/csv; charset=utf-8');
  });
}
