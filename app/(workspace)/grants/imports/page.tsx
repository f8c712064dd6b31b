import { FileInput } from 'lucide-react';
import type { Metadata } from 'next';
import { Suspense } from 'react';
import { ImportPanel } from '#components/grant/import-panel';
import { ImportTable } from '#components/grant/import-table';
import { UploadForm } from '#components/grant/upload-form';
import { PageHeader } from '#components/layout/page-header';
import { Refusal } from '#components/layout/refusal';
import { EmptyState } from '#components/ui/empty-state';
import { FilterBar } from '#components/ui/filter-bar';
import { TextLink } from '#components/ui/link';
import { plural } from '#components/ui/number';
import { Pagination } from '#components/ui/pagination';
import { PanelSkeleton } from '#components/ui/panel-skeleton';
import { SidePanel, WithPanel } from '#components/ui/side-panel';
import { may } from '#lib/auth/require-permission';
import { getImport, listImports } from '#lib/grants/index';
import { hrefWith, oneParam, type SearchParams } from '../../../../components/ui/search-params.ts';
import { attempt } from '../../../_server/attempt.ts';
import { requireContext } from '../../../_server/context.ts';
import { upload } from './actions.ts';

export const metadata: Metadata = { title: 'Imported grants' };

const path = '/grants/imports';

export default async function ImportsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const params = await searchParams;
  const open = oneParam(params, 'open');
  const cursor = oneParam(params, 'cursor');
  const closeHref = hrefWith(path, params, { open: null });
  const context = await requireContext();
  const found = await attempt(listImports(context, { cursor }));
  return (
    <WithPanel
      panel={
        open ? (
          <Suspense key={open} fallback={<PanelSkeleton closeHref={closeHref} openedBy={open} />}>
            <Panel id={open} closeHref={closeHref} />
          </Suspense>
        ) : null
      }
    >
      <PageHeader
        above={<TextLink href="/grants">Grants</TextLink>}
        title="Imported grants"
        lead="What other systems give, as each was read: reviewed here, changed there. Such a grant opens nothing at this gateway."
        actions={found.ok && may(context.actor, 'access.change') ? <UploadForm upload={upload} /> : null}
      />
      {!found.ok ? (
        <Refusal code={found.error.code} message={found.error.message} retryHref={path} />
      ) : found.value.rows.length === 0 ? (
        <EmptyState icon={<FileInput />} title="No other system was read">
          An admin hands over what Azure RBAC or Entra gives to agents, as a file; reviews then ask about it
          too.
        </EmptyState>
      ) : (
        <>
          <FilterBar
            path={path}
            params={{}}
            filters={[]}
            count={plural(found.value.rows.length, 'reading')}
            exportHref="/api/export/imports"
          />
          <ImportTable
            rows={found.value.rows}
            hrefOf={(row) => hrefWith(path, params, { open: row.id })}
            selectedId={open}
          />
          <Pagination
            previousHref={cursor ? hrefWith(path, params, { cursor: null, open: null }) : null}
            nextHref={
              found.value.next ? hrefWith(path, params, { cursor: found.value.next, open: null }) : null
            }
            text={plural(found.value.rows.length, 'reading')}
          />
        </>
      )}
    </WithPanel>
  );
}

async function Panel({ id, closeHref }: { id: string; closeHref: string }) {
  const found = await attempt(getImport(await requireContext(), id));
  return (
    <SidePanel title="Reading" label="Reading" closeHref={closeHref} openedBy={id}>
      {found.ok ? (
        <ImportPanel reading={found.value} />
      ) : (
        <Refusal code={found.error.code} message={found.error.message} />
      )}
    </SidePanel>
  );
}
