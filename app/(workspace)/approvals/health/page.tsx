import type { Metadata } from 'next';
import { HealthTables } from '#components/approval/health-tables';
import { PageHeader } from '#components/layout/page-header';
import { Refusal } from '#components/layout/refusal';
import { FilterBar } from '#components/ui/filter-bar';
import { TextLink } from '#components/ui/link';
import { approverHealth } from '#lib/approvals/index';
import { oneParam, type SearchParams } from '../../../../components/ui/search-params.ts';
import { attempt } from '../../../_server/attempt.ts';
import { requireContext } from '../../../_server/context.ts';
import { rangeOf, timeRanges } from '../../../_server/time-range.ts';

export const metadata: Metadata = { title: 'How approvals are answered' };

const path = '/approvals/health';
const monthMs = 30 * 24 * 60 * 60 * 1000;

/** Whether people look before they answer, and which rules ask too often. */
export default async function HealthPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const params = await searchParams;
  const context = await requireContext();
  const now = context.clock.now();
  const range = rangeOf(oneParam(params, 'range'), now) ?? {
    from: new Date(now.getTime() - monthMs),
    to: now,
  };
  const found = await attempt(approverHealth(context, range));
  return (
    <>
      <PageHeader
        above={<TextLink href="/approvals">Approvals</TextLink>}
        title="How approvals are answered"
        lead="Whether people look before they answer, and which rules ask often for what is always approved. The last 30 days unless you choose."
      />
      <div className="space-y-6">
        <FilterBar
          path={path}
          params={params}
          filters={[{ name: 'range', label: 'Time', options: timeRanges }]}
        />
        {found.ok ? (
          <HealthTables health={found.value} />
        ) : (
          <Refusal code={found.error.code} message={found.error.message} />
        )}
      </div>
    </>
  );
}
