import { ClipboardCheck, Plus } from 'lucide-react';
import type { Metadata } from 'next';
import { LiveRefresh } from '#components/layout/live';
import { PageHeader } from '#components/layout/page-header';
import { Refusal } from '#components/layout/refusal';
import { CampaignTable } from '#components/review/campaign-table';
import { ReviewTabs } from '#components/review/review-tabs';
import { Button } from '#components/ui/button';
import { EmptyState } from '#components/ui/empty-state';
import { FilterBar } from '#components/ui/filter-bar';
import { Link } from '#components/ui/link';
import { plural } from '#components/ui/number';
import { may } from '#lib/auth/require-permission';
import { listCampaigns } from '#lib/reviews/index';
import { campaignStates } from '#lib/reviews/model';
import { oneParam, type SearchParams } from '../../../components/ui/search-params.ts';
import { attempt } from '../../_server/attempt.ts';
import { requireContext } from '../../_server/context.ts';

export const metadata: Metadata = { title: 'Reviews' };

export default async function ReviewsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const params = await searchParams;
  const context = await requireContext();
  const found = await attempt(listCampaigns(context));
  const state = oneParam(params, 'state');
  const rows = found.ok ? found.value.filter((row) => state === undefined || row.state === state) : [];
  return (
    <>
      <PageHeader
        title="Reviews"
        lead="Is the agent still needed, has it the least it needs, did it use what it has: certified by a person, verifiable by an outsider."
        actions={
          may(context.actor, 'campaign.run') ? (
            <Button asChild variant="primary">
              <Link href="/reviews/new">
                <Plus aria-hidden="true" /> New campaign
              </Link>
            </Button>
          ) : null
        }
      />
      <div className="space-y-3">
        <ReviewTabs current="/reviews" runs={may(context.actor, 'campaign.run')} />
        <FilterBar
          path="/reviews"
          params={params}
          filters={[
            {
              name: 'state',
              label: 'State',
              options: campaignStates.map((one) => ({ value: one, label: one })),
            },
          ]}
          count={plural(rows.length, 'campaign')}
          exportHref="/api/export/campaigns"
        />
        {!found.ok ? (
          <Refusal code={found.error.code} message={found.error.message} retryHref="/reviews" />
        ) : rows.length === 0 ? (
          <EmptyState icon={<ClipboardCheck />} title="No campaign">
            A campaign freezes every grant with the evidence of its use, and asks an independent person about
            each.
          </EmptyState>
        ) : (
          <CampaignTable rows={rows} />
        )}
      </div>
      <LiveRefresh kinds={['campaign']} />
    </>
  );
}
