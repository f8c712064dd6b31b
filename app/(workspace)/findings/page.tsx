import { CircleCheck } from 'lucide-react';
import type { Metadata } from 'next';
import { FindingList } from '#components/finding/finding-list';
import { PageHeader } from '#components/layout/page-header';
import { Refusal } from '#components/layout/refusal';
import { EmptyState } from '#components/ui/empty-state';
import { TextLink } from '#components/ui/link';
import { plural } from '#components/ui/number';
import { Pagination } from '#components/ui/pagination';
import { listFindings } from '#lib/findings/index';
import { hrefWith, oneParam, type SearchParams } from '../../../components/ui/search-params.ts';
import { attempt } from '../../_server/attempt.ts';
import { requireContext } from '../../_server/context.ts';

export const metadata: Metadata = { title: 'Findings' };

const path = '/findings';

export default async function FindingsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const params = await searchParams;
  const cursor = oneParam(params, 'cursor');
  const subjectIds = ['agent', 'resource'].flatMap((name) => oneParam(params, name) ?? []);
  const narrowed = subjectIds.length > 0;
  const about = narrowed ? { subjectIds } : {};
  const wanted = { state: 'open', ...about, cursor, limit: 100 } as const;
  const found = await attempt(listFindings(await requireContext(), wanted));
  return (
    <>
      <PageHeader
        above={
          narrowed ? <TextLink href={path}>All findings</TextLink> : <TextLink href="/">Overview</TextLink>
        }
        title="Findings"
        lead="What a person must look at: it stays open until the cause is gone, or somebody accepts it in a review."
      />
      {!found.ok ? (
        <Refusal code={found.error.code} message={found.error.message} retryHref={path} />
      ) : found.value.rows.length === 0 ? (
        <EmptyState icon={<CircleCheck />} title="Nothing is open">
          Findings are looked for all the time: agents without an owner, grants never used, outcomes unknown.
        </EmptyState>
      ) : (
        <div className="space-y-3">
          <FindingList findings={found.value.rows} />
          <Pagination
            previousHref={cursor ? hrefWith(path, params, { cursor: null }) : null}
            nextHref={
              found.value.nextCursor ? hrefWith(path, params, { cursor: found.value.nextCursor }) : null
            }
            text={plural(found.value.rows.length, 'finding')}
          />
        </div>
      )}
    </>
  );
}
