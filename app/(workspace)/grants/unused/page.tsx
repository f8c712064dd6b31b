import { KeyRound } from 'lucide-react';
import type { Metadata } from 'next';
import { UnusedTable } from '#components/grant/unused-table';
import { PageHeader } from '#components/layout/page-header';
import { Refusal } from '#components/layout/refusal';
import { EmptyState } from '#components/ui/empty-state';
import { FilterBar } from '#components/ui/filter-bar';
import { TextLink } from '#components/ui/link';
import { formatCount, plural } from '#components/ui/number';
import { Pagination } from '#components/ui/pagination';
import { unusedPermissions } from '#lib/usage/index';
import { hrefWith, oneParam, type SearchParams } from '../../../../components/ui/search-params.ts';
import { attempt } from '../../../_server/attempt.ts';
import { placeFilters } from '../../../_server/choices.ts';
import { requireContext } from '../../../_server/context.ts';
import { timeRanges } from '../../../_server/time-range.ts';
import { spanOf, unusedFilterOf } from './unused-filter.ts';

export const metadata: Metadata = { title: 'Unused permissions' };

const path = '/grants/unused';
const rowsShown = 100;

export default async function UnusedPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const params = await searchParams;
  const context = await requireContext();
  const { range, ...of } = unusedFilterOf(params);
  const cursor = oneParam(params, 'cursor');
  const span = spanOf({ range, ...of }, context.clock.now());
  const [found, places] = await Promise.all([
    attempt(unusedPermissions(context, span, of, { cursor, limit: rowsShown })),
    placeFilters(context),
  ]);
  return (
    <>
      <PageHeader
        above={<TextLink href="/grants">Grants</TextLink>}
        title="Unused permissions"
        lead="What active grants allow on the objects of the catalog, and nobody used in this time: what a smaller grant would leave out."
      />
      <FilterBar
        path={path}
        params={params}
        filters={[...places, { name: 'range', label: 'Time', options: timeRanges }]}
        exportHref={hrefWith('/api/export/unused', params, { cursor: null })}
        {...(found.ok
          ? { count: `${formatCount(found.value.unused)} of ${plural(found.value.total, 'permission')}` }
          : {})}
      />
      {found.ok ? (
        <>
          {found.value.rows.length === 0 ? (
            <EmptyState icon={<KeyRound />} title="Everything was used">
              Nothing that active grants allow stands unused in this time.
            </EmptyState>
          ) : (
            <UnusedTable rows={found.value.rows} />
          )}
          <Pagination
            previousHref={cursor ? hrefWith(path, params, { cursor: null }) : null}
            nextHref={found.value.next ? hrefWith(path, params, { cursor: found.value.next }) : null}
            text={plural(found.value.rows.length, 'permission')}
          />
        </>
      ) : (
        <Refusal code={found.error.code} message={found.error.message} retryHref={path} />
      )}
    </>
  );
}
