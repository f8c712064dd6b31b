import { Database, Plus } from 'lucide-react';
import type { Metadata } from 'next';
import { Suspense } from 'react';
import { LiveRefresh } from '#components/layout/live';
import { PageHeader } from '#components/layout/page-header';
import { Refusal } from '#components/layout/refusal';
import { ResourceTable } from '#components/resource/resource-table';
import { Button } from '#components/ui/button';
import { EmptyState } from '#components/ui/empty-state';
import { FilterBar } from '#components/ui/filter-bar';
import { Link } from '#components/ui/link';
import { plural } from '#components/ui/number';
import { PanelSkeleton } from '#components/ui/panel-skeleton';
import { WithPanel } from '#components/ui/side-panel';
import { may } from '#lib/auth/require-permission';
import { listResources } from '#lib/resources/index';
import { hrefWith, oneParam, type SearchParams } from '../../../components/ui/search-params.ts';
import { attempt } from '../../_server/attempt.ts';
import { requireContext } from '../../_server/context.ts';
import { ResourcePanel } from './_components/resource-panel.tsx';

export const metadata: Metadata = { title: 'Resources' };

const path = '/resources';

export default async function ResourcesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const params = await searchParams;
  const context = await requireContext();
  const open = oneParam(params, 'open');
  const search = oneParam(params, 'search');
  const found = await attempt(listResources(context, search === undefined ? {} : { search }));
  const closeHref = hrefWith(path, params, { open: null });
  return (
    <>
      <PageHeader
        title="Resources"
        lead="What agents connect to, through the gateway only: where it is, who answers for it, what is masked."
        actions={
          may(context.actor, 'access.change') ? (
            <Button asChild variant="primary">
              <Link href="/resources/new">
                <Plus aria-hidden="true" /> New resource
              </Link>
            </Button>
          ) : null
        }
      />
      <WithPanel
        panel={
          open ? (
            <Suspense key={open} fallback={<PanelSkeleton closeHref={closeHref} openedBy={open} />}>
              <ResourcePanel id={open} closeHref={closeHref} />
            </Suspense>
          ) : null
        }
      >
        <FilterBar
          path={path}
          params={params}
          search={{ name: 'search', placeholder: 'Name holds…' }}
          filters={[]}
          exportHref={hrefWith('/api/export/resources', params, { open: null })}
          {...(found.ok ? { count: plural(found.value.length, 'resource') } : {})}
        />
        {!found.ok ? (
          <Refusal code={found.error.code} message={found.error.message} retryHref={path} />
        ) : found.value.length === 0 ? (
          <EmptyState icon={<Database />} title="No resource">
            Add a Postgres database, or apply a declaration file.
          </EmptyState>
        ) : (
          <ResourceTable
            rows={found.value}
            hrefOf={(row) => hrefWith(path, params, { open: row.id })}
            selectedId={open}
          />
        )}
      </WithPanel>
      <LiveRefresh kinds={['access', 'session']} />
    </>
  );
}
