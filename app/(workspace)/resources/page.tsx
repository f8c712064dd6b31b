import { Database } from 'lucide-react';
import type { Metadata } from 'next';
import { ResourceTable } from '#components/resource/resource-table';
import { EmptyState } from '#components/ui/empty-state';
import { may } from '#lib/auth/require-permission';
import { listResources } from '#lib/resources/index';
import { oneParam, type SearchParams } from '../../../components/ui/search-params.ts';
import { attempt } from '../../_server/attempt.ts';
import { requireContext } from '../../_server/context.ts';
import { ListPage } from '../_components/list-page.tsx';
import { ResourcePanel } from './_components/resource-panel.tsx';

export const metadata: Metadata = { title: 'Resources' };

export default async function ResourcesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const params = await searchParams;
  const context = await requireContext();
  const search = oneParam(params, 'search');
  const found = await attempt(listResources(context, search === undefined ? {} : { search }));
  return (
    <ListPage
      path="/resources"
      params={params}
      title="Resources"
      lead="What agents connect to, through the gateway only: where it is, who answers for it, what is masked."
      noun="resource"
      newHref={may(context.actor, 'access.change') ? '/resources/new' : null}
      filters={[]}
      found={found.ok ? { ok: true, value: { rows: found.value, next: null } } : found}
      panel={(id, closeHref) => <ResourcePanel id={id} closeHref={closeHref} />}
      table={(rows, hrefOf, openId) => <ResourceTable rows={rows} hrefOf={hrefOf} selectedId={openId} />}
      empty={
        <EmptyState icon={<Database />} title="No resource">
          Add a Postgres database, or apply a declaration file.
        </EmptyState>
      }
    />
  );
}
