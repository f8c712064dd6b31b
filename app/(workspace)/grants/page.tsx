import { KeyRound, Plus } from 'lucide-react';
import type { Metadata } from 'next';
import { Suspense } from 'react';
import { GrantSelection } from '#components/grant/grant-selection';
import { GrantTable } from '#components/grant/grant-table';
import { LiveRefresh } from '#components/layout/live';
import { PageHeader } from '#components/layout/page-header';
import { Refusal } from '#components/layout/refusal';
import { Button } from '#components/ui/button';
import { EmptyState } from '#components/ui/empty-state';
import { FilterBar } from '#components/ui/filter-bar';
import { Link } from '#components/ui/link';
import { plural } from '#components/ui/number';
import { Pagination } from '#components/ui/pagination';
import { PanelSkeleton } from '#components/ui/panel-skeleton';
import { WithPanel } from '#components/ui/side-panel';
import { TabLinks } from '#components/ui/tab-links';
import { may, relationsFor } from '#lib/auth/require-permission';
import type { Page } from '#lib/core/page';
import { type GrantRow, listGrants, staleCounts } from '#lib/grants/index';
import { grantSources, staleKinds } from '#lib/grants/model';
import { hrefWith, oneParam, type SearchParams } from '../../../components/ui/search-params.ts';
import { attempt } from '../../_server/attempt.ts';
import { placeFilters } from '../../_server/choices.ts';
import { requireContext } from '../../_server/context.ts';
import { type GrantView, grantFilterOf, grantViewOf, grantViews } from './_components/grant-filters.ts';
import { GrantPanel } from './_components/grant-panel.tsx';
import { matching, revoke, revokeEffect, undo } from './actions.ts';

export const metadata: Metadata = { title: 'Grants' };

const path = '/grants';

const emptyTexts: Readonly<Record<GrantView, readonly [title: string, text: string]>> = {
  active: [
    'No grant stands',
    'Without a grant an agent reaches nothing. Give one, or apply a declaration file.',
  ],
  stale: ['Nothing is stale', 'Every grant is used, owned and has an end.'],
  all: ['No grant fits', 'Remove a filter.'],
};

export default async function GrantsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const params = await searchParams;
  const context = await requireContext();
  const view = grantViewOf(params);
  const open = oneParam(params, 'open');
  const [found, counts] = await Promise.all([
    attempt(listGrants(context, grantFilterOf(params))),
    attempt(staleCounts(context)),
  ]);
  const closeHref = hrefWith(path, params, { open: null });
  const mayChange = may(context.actor, 'access.change');
  const countOf: Readonly<Record<GrantView, number | undefined>> = {
    active: counts.ok ? counts.value.active : undefined,
    stale: counts.ok ? counts.value.any : undefined,
    all: undefined,
  };
  return (
    <>
      <PageHeader
        title="Grants"
        lead="What each agent may do on each resource: by whom, why, until when, and how much of it is used."
        actions={
          <GrantLinks
            mayAsk={relationsFor(context.actor, 'access.request').size > 0}
            mayGive={mayChange}
            seesImports={may(context.actor, 'settings.read')}
          />
        }
      />
      <WithPanel
        panel={
          open ? (
            <Suspense key={open} fallback={<PanelSkeleton closeHref={closeHref} openedBy={open} />}>
              <GrantPanel id={open} closeHref={closeHref} />
            </Suspense>
          ) : null
        }
      >
        <TabLinks
          label="Grants by state"
          tabs={grantViews.map((one) => ({
            href: hrefWith(path, {}, { view: one === 'active' ? null : one }),
            label: { active: 'Active', stale: 'Stale', all: 'All, ended too' }[one],
            count: countOf[one],
            current: one === view,
          }))}
        />
        <GrantFilters
          params={params}
          view={view}
          counts={counts.ok ? counts.value.byKind : null}
          {...(found.ok ? { count: plural(found.value.rows.length, 'grant') } : {})}
        />
        {found.ok ? (
          <Grants page={found.value} params={params} view={view} selectable={mayChange} />
        ) : (
          <Refusal code={found.error.code} message={found.error.message} retryHref={path} />
        )}
      </WithPanel>
      <LiveRefresh kinds={['access']} />
    </>
  );
}

function GrantLinks({
  mayAsk,
  mayGive,
  seesImports,
}: {
  mayAsk: boolean;
  mayGive: boolean;
  seesImports: boolean;
}) {
  return (
    <>
      {seesImports ? (
        <Button asChild variant="ghost">
          <Link href="/grants/imports">Imported</Link>
        </Button>
      ) : null}
      {mayAsk ? (
        <Button asChild>
          <Link href="/grants/request">Ask for access</Link>
        </Button>
      ) : null}
      {mayGive ? (
        <Button asChild variant="primary">
          <Link href="/grants/new">
            <Plus aria-hidden="true" /> New grant
          </Link>
        </Button>
      ) : null}
    </>
  );
}

async function GrantFilters({
  params,
  view,
  counts,
  count,
}: {
  params: SearchParams;
  view: GrantView;
  counts: Readonly<Record<string, number>> | null;
  count?: string;
}) {
  const context = await requireContext();
  const places = await placeFilters(context);
  const reasons = staleKinds.map((kind) => ({
    value: kind,
    label: `${kind.replaceAll('_', ' ')}${counts ? ` (${counts[kind] ?? 0})` : ''}`,
  }));
  return (
    <FilterBar
      path={path}
      params={params}
      search={{ name: 'search', placeholder: 'Reason or scope holds…' }}
      filters={[
        ...places,
        {
          name: 'source',
          label: 'Given in',
          options: grantSources.map((one) => ({ value: one, label: one })),
        },
        ...(view === 'stale' ? [{ name: 'reason', label: 'Reason', options: reasons }] : []),
      ]}
      exportHref={hrefWith('/api/export/grants', params, { open: null, cursor: null })}
      {...(count ? { count } : {})}
    />
  );
}

function Grants({
  page,
  params,
  view,
  selectable,
}: {
  page: Page<GrantRow>;
  params: SearchParams;
  view: GrantView;
  selectable: boolean;
}) {
  if (page.rows.length === 0) {
    return (
      <EmptyState icon={<KeyRound />} title={emptyTexts[view][0]}>
        {emptyTexts[view][1]}
      </EmptyState>
    );
  }
  return (
    <>
      <GrantSelection
        key={hrefWith(path, params, { cursor: null, open: null })}
        actions={{ effect: revokeEffect, revoke, undo }}
        matching={page.next || oneParam(params, 'cursor') ? matching.bind(null, params) : null}
      >
        <GrantTable
          rows={page.rows}
          view={view}
          hrefOf={(row) => hrefWith(path, params, { open: row.id })}
          selectedId={oneParam(params, 'open')}
          selectable={selectable}
        />
      </GrantSelection>
      <Pagination
        previousHref={
          oneParam(params, 'cursor') ? hrefWith(path, params, { cursor: null, open: null }) : null
        }
        nextHref={page.next ? hrefWith(path, params, { cursor: page.next, open: null }) : null}
        text={plural(page.rows.length, 'grant')}
      />
    </>
  );
}
