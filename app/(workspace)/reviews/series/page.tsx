import { CalendarClock } from 'lucide-react';
import type { Metadata } from 'next';
import { PageHeader } from '#components/layout/page-header';
import { Refusal } from '#components/layout/refusal';
import { ReviewTabs } from '#components/review/review-tabs';
import { SeriesList } from '#components/review/series-list';
import { EmptyState } from '#components/ui/empty-state';
import { may } from '#lib/auth/require-permission';
import { listSeries } from '#lib/reviews/index';
import { attempt } from '../../../_server/attempt.ts';
import { requireContext } from '../../../_server/context.ts';
import { end } from './actions.ts';

export const metadata: Metadata = { title: 'Reviews that come again' };

export default async function SeriesPage() {
  const context = await requireContext();
  const found = await attempt(listSeries(context));
  return (
    <div className="space-y-4">
      <PageHeader
        title="Coming again"
        lead="When a period is over, its review is set up as a draft: its population and conflicts are looked at before it is launched."
      />
      <ReviewTabs current="/reviews/series" />
      {!found.ok ? (
        <Refusal code={found.error.code} message={found.error.message} retryHref="/reviews/series" />
      ) : found.value.length === 0 ? (
        <EmptyState icon={<CalendarClock />} title="No review comes again by itself">
          Set a campaign up and choose how often it comes again.
        </EmptyState>
      ) : (
        <SeriesList series={found.value} end={may(context.actor, 'campaign.run') ? end : null} />
      )}
    </div>
  );
}
