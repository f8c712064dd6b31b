import { CalendarOff } from 'lucide-react';
import type { Metadata } from 'next';
import { PageHeader } from '#components/layout/page-header';
import { Refusal } from '#components/layout/refusal';
import { HolidayForm, HolidayList } from '#components/review/holidays';
import { ReviewTabs } from '#components/review/review-tabs';
import { EmptyState } from '#components/ui/empty-state';
import { may } from '#lib/auth/require-permission';
import { listHolidays } from '#lib/reviews/index';
import { attempt } from '../../../_server/attempt.ts';
import { requireContext } from '../../../_server/context.ts';
import { save } from './actions.ts';

export const metadata: Metadata = { title: 'Holidays' };

export default async function HolidaysPage() {
  const context = await requireContext();
  const found = await attempt(listHolidays(context));
  const holidays = found.ok ? found.value : [];
  const today = context.clock.now().toISOString().slice(0, 10);
  return (
    <div className="space-y-4">
      <PageHeader
        title="Holidays"
        lead="Days that are no business days: reviews, reminders and removals are not due on them, nor on Saturdays and Sundays."
        actions={
          found.ok && may(context.actor, 'access.change') ? (
            <HolidayForm holidays={holidays} save={save} />
          ) : null
        }
      />
      <ReviewTabs current="/reviews/holidays" runs={may(context.actor, 'campaign.run')} />
      {!found.ok ? (
        <Refusal code={found.error.code} message={found.error.message} retryHref="/reviews/holidays" />
      ) : holidays.length === 0 ? (
        <EmptyState icon={<CalendarOff />} title="No holiday is set">
          Clocks leave out Saturdays and Sundays alone. An admin sets the days on which nobody is at work.
        </EmptyState>
      ) : (
        <HolidayList holidays={holidays} today={today} />
      )}
    </div>
  );
}
