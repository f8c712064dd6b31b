import { Archive } from 'lucide-react';
import type { Metadata } from 'next';
import { Suspense } from 'react';
import { PageHeader } from '#components/layout/page-header';
import { Refusal } from '#components/layout/refusal';
import { keepingOptions } from '#components/recording/keeping-state';
import { KeepingTable } from '#components/recording/keeping-table';
import { EmptyState } from '#components/ui/empty-state';
import { FilterBar } from '#components/ui/filter-bar';
import { plural } from '#components/ui/number';
import { Pagination } from '#components/ui/pagination';
import { PanelSkeleton } from '#components/ui/panel-skeleton';
import { WithPanel } from '#components/ui/side-panel';
import { TabLinks } from '#components/ui/tab-links';
import type { Page } from '#lib/core/page';
import { listRecordings, type RecordingKeeping } from '#lib/retention/index';
import { hrefWith, oneParam, type SearchParams } from '../../../../components/ui/search-params.ts';
import { attempt } from '../../../_server/attempt.ts';
import { requireContext } from '../../../_server/context.ts';
import { environment } from '../../../_server/environment.ts';
import { ledgerTabs } from '../_components/ledger-tabs.ts';
import { keepingFilterOf } from './_components/keeping-filters.ts';
import { KeepingPanel } from './_components/keeping-panel.tsx';

export const metadata: Metadata = { title: 'Recordings kept' };

const path = '/ledger/recordings';

export default async function RecordingsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const params = await searchParams;
  const context = await requireContext();
  const found = await attempt(listRecordings(context, keepingFilterOf(params), environment().packDays));
  const open = oneParam(params, 'open');
  const closeHref = hrefWith(path, params, { open: null });
  return (
    <>
      <PageHeader
        title="Ledger"
        lead="How long recordings are kept, and what keeps them: their retention, a legal hold, an open review, a signed pack."
      />
      <WithPanel
        panel={
          open ? (
            <Suspense key={open} fallback={<PanelSkeleton closeHref={closeHref} openedBy={open} />}>
              <KeepingPanel id={open} closeHref={closeHref} />
            </Suspense>
          ) : null
        }
      >
        <TabLinks label="Entries and recordings" tabs={ledgerTabs('recordings')} />
        <FilterBar
          path={path}
          params={params}
          filters={[{ name: 'state', label: 'Keeping', options: keepingOptions }]}
          exportHref={hrefWith('/api/export/recordings', params, { open: null, cursor: null })}
          {...(found.ok ? { count: plural(found.value.rows.length, 'recording') } : {})}
        />
        {found.ok ? (
          <Recordings page={found.value} params={params} />
        ) : (
          <Refusal code={found.error.code} message={found.error.message} retryHref={path} />
        )}
      </WithPanel>
    </>
  );
}

function Recordings({ page, params }: { page: Page<RecordingKeeping>; params: SearchParams }) {
  if (page.rows.length === 0) {
    return (
      <EmptyState icon={<Archive />} title="No recording fits">
        A recording appears here when its session is sealed. Remove a filter.
      </EmptyState>
    );
  }
  return (
    <>
      <KeepingTable
        rows={page.rows}
        hrefOf={(row) => hrefWith(path, params, { open: row.sessionId })}
        selectedId={oneParam(params, 'open')}
      />
      <Pagination
        previousHref={
          oneParam(params, 'cursor') ? hrefWith(path, params, { cursor: null, open: null }) : null
        }
        nextHref={page.next ? hrefWith(path, params, { cursor: page.next, open: null }) : null}
        text={plural(page.rows.length, 'recording')}
      />
    </>
  );
}
