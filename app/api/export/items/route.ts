import { listItems } from '#lib/reviews/index';
import { oneParam } from '../../../../components/ui/search-params.ts';
import { csvExport } from '../../../_server/list-export.ts';

export const dynamic = 'force-dynamic';

/** The items of a campaign as CSV. */
export const GET = csvExport({
  what: 'review-items',
  filterOf: (params) => ({ campaignId: oneParam(params, 'campaign') ?? '' }),
  load: listItems,
  columns: [
    ['item_id', (row) => row.id],
    ['position', (row) => row.position],
    ['grant_id', (row) => row.grantId],
    ['sentence', (row) => row.sentence],
    ['agent', (row) => row.agent.name],
    ['resource', (row) => row.resource.name],
    ['environment', (row) => row.resource.environment],
    ['actions', (row) => row.actions.join('; ')],
    ['scope', (row) => row.scope.join('; ')],
    ['ends_at', (row) => row.endsAt],
    ['source', (row) => row.source],
    ['privileged', (row) => row.privileged],
    ['change', (row) => row.change],
    ['used', (row) => row.usedPermissions],
    ['unused', (row) => row.unusedPermissions],
    ['recommendation', (row) => row.recommendation],
    ['reasons', (row) => row.recommendationReasons.join('; ')],
    ['state', (row) => row.state],
    ['reviewers', (row) => row.reviewers.map((one) => `${one.person.name} (${one.duty})`).join('; ')],
  ],
});
