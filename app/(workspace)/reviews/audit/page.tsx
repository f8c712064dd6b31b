import type { Metadata } from 'next';
import { LiveRefresh } from '#components/layout/live';
import { PageHeader } from '#components/layout/page-header';
import { Refusal } from '#components/layout/refusal';
import { OpenExceptions, QuarterTable, Trend } from '#components/review/audit-tables';
import { ReviewTabs } from '#components/review/review-tabs';
import { TextLink } from '#components/ui/link';
import { plural } from '#components/ui/number';
import { Section } from '#components/ui/section';
import { staleCounts } from '#lib/grants/index';
import { auditView } from '#lib/reviews/index';
import { attempt } from '../../../_server/attempt.ts';
import { requireContext } from '../../../_server/context.ts';

export const metadata: Metadata = { title: 'Audit of reviews' };

export default async function AuditPage() {
  const context = await requireContext();
  const [found, stale] = await Promise.all([attempt(auditView(context)), attempt(staleCounts(context, 30))]);
  return (
    <div className="space-y-4">
      <PageHeader
        title="Audit"
        lead="Every review by quarter: where it stands against its clock, whether its numbers tie, what was excepted, and its pack."
      />
      <ReviewTabs current="/reviews/audit" />
      {!found.ok ? (
        <Refusal code={found.error.code} message={found.error.message} retryHref="/reviews/audit" />
      ) : (
        <div className="space-y-6">
          {found.value.quarters.map(({ quarter, campaigns }) => (
            <Section key={quarter} title={quarter}>
              <QuarterTable quarter={quarter} rows={campaigns} />
            </Section>
          ))}
          <Section title="Open exceptions">
            {found.value.exceptions.length === 0 ? (
              <p className="text-sm text-ink-soft">No deviation is accepted at the moment.</p>
            ) : (
              <OpenExceptions rows={found.value.exceptions} />
            )}
          </Section>
          <Section title="Unused at each launch">
            {found.value.trend.length === 0 ? (
              <p className="text-sm text-ink-soft">No review was launched yet.</p>
            ) : (
              <Trend points={found.value.trend} />
            )}
            {stale.ok ? (
              <p className="text-sm text-ink-soft">
                Now <TextLink href="/grants?view=stale">{plural(stale.value.any, 'stale grant')}</TextLink> of{' '}
                {plural(stale.value.active, 'active grant')}.
              </p>
            ) : null}
          </Section>
        </div>
      )}
      <LiveRefresh kinds={['campaign']} />
    </div>
  );
}
