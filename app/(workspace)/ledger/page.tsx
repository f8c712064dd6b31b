import { BookLock } from 'lucide-react';
import type { Metadata } from 'next';
import { Suspense } from 'react';
import { PageHeader } from '#components/layout/page-header';
import { Refusal } from '#components/layout/refusal';
import { EntryTable } from '#components/ledger/entry-table';
import { EmptyState } from '#components/ui/empty-state';
import { FilterBar } from '#components/ui/filter-bar';
import { plural } from '#components/ui/number';
import { Pagination } from '#components/ui/pagination';
import { PanelSkeleton } from '#components/ui/panel-skeleton';
import { WithPanel } from '#components/ui/side-panel';
import { TabLinks } from '#components/ui/tab-links';
import { may } from '#lib/auth/require-permission';
import { type EntryPage, ledgerState, listEntries } from '#lib/ledger/index';
import { hrefWith, oneParam, type SearchParams } from '../../../components/ui/search-params.ts';
import { attempt } from '../../_server/attempt.ts';
import { requireContext } from '../../_server/context.ts';
import { timeRanges } from '../../_server/time-range.ts';
import { actionKinds, entryFilterOf } from './_components/entry-filters.ts';
import { EntryPanel } from './_components/entry-panel.tsx';
import { Head } from './_components/head.tsx';
import { ledgerTabs } from './_components/ledger-tabs.ts';

export const metadata: Metadata = { title: 'Ledger' };

const path = '/ledger';

export default async function LedgerPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const params = await searchParams;
  const context = await requireContext();
  const open = oneParam(params, 'open');
  const [state, found] = await Promise.all([
    attempt(ledgerState(context)),
    attempt(listEntries(context, entryFilterOf(params))),
  ]);
  const closeHref = hrefWith(path, params, { open: null });
  return (
    <>
      <PageHeader
        title="Ledger"
        lead="Everything that counts as evidence, in a tree that only grows. A signed checkpoint kept elsewhere proves that nothing before it was changed."
      />
      <div className="space-y-4">
        <TabLinks label="Entries and recordings" tabs={ledgerTabs('entries')} />
        {state.ok ? <Head state={state.value} mayExport={may(context.actor, 'evidence.export')} /> : null}
        <WithPanel
          panel={
            open ? (
              <Suspense key={open} fallback={<PanelSkeleton closeHref={closeHref} openedBy={open} />}>
                <EntryPanel id={open} closeHref={closeHref} />
              </Suspense>
            ) : null
          }
        >
          <FilterBar
            path={path}
            params={params}
            search={{ name: 'text', placeholder: 'Summary, name or id holds…' }}
            filters={[
              {
                name: 'kind',
                label: 'About',
                options: actionKinds.map((one) => ({ value: one, label: one })),
              },
              {
                name: 'by',
                label: 'By',
                options: ['person', 'agent', 'worker', 'job', 'sandbox'].map((one) => ({
                  value: one,
                  label: one,
                })),
              },
              { name: 'range', label: 'Time', options: timeRanges },
            ]}
            exportHref={hrefWith('/api/export/entries', params, { open: null, cursor: null })}
            {...(found.ok ? { count: plural(found.value.entries.length, 'entry', 'entries') } : {})}
          />
          {found.ok ? (
            <Entries page={found.value} params={params} />
          ) : (
            <Refusal code={found.error.code} message={found.error.message} retryHref={path} />
          )}
        </WithPanel>
      </div>
    </>
  );
}

function Entries({ page, params }: { page: EntryPage; params: SearchParams }) {
  if (page.entries.length === 0) {
    return (
      <EmptyState icon={<BookLock />} title="No entry fits">
        Remove a filter.
      </EmptyState>
    );
  }
  return (
    <>
      <EntryTable
        rows={page.entries}
        hrefOf={(row) => hrefWith(path, params, { open: row.id })}
        selectedId={oneParam(params, 'open')}
      />
      <Pagination
        previousHref={
          oneParam(params, 'cursor') ? hrefWith(path, params, { cursor: null, open: null }) : null
        }
        nextHref={page.next ? hrefWith(path, params, { cursor: page.next, open: null }) : null}
        text={plural(page.entries.length, 'entry', 'entries')}
      />
    </>
  );
}
