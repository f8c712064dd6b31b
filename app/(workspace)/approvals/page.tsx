import { ShieldCheck } from 'lucide-react';
import type { Metadata } from 'next';
import { Suspense } from 'react';
import { Inbox } from '#components/approval/inbox';
import { InboxAlerts } from '#components/approval/inbox-alerts';
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
import { type ApprovalRow, type ApprovalTab, listApprovals } from '#lib/approvals/index';
import { approvalStates, approvalTabs } from '#lib/approvals/model';
import { may } from '#lib/auth/require-permission';
import type { Page } from '#lib/core/page';
import { hrefWith, oneParam, type SearchParams } from '../../../components/ui/search-params.ts';
import { attempt } from '../../_server/attempt.ts';
import { placeFilters } from '../../_server/choices.ts';
import { requireContext } from '../../_server/context.ts';
import { ApprovalPanel } from './_components/approval-panel.tsx';
import { approvalTabLinks } from './_components/approval-tabs.ts';

export const metadata: Metadata = { title: 'Approvals' };

const path = '/approvals';

const emptyTexts: Readonly<Record<ApprovalTab, readonly [title: string, text: string]>> = {
  pending: [
    'Nothing waits',
    'A statement that a rule holds appears here within half a second, without a reload.',
  ],
  mine: ['Nothing waits for you', 'Requests that you may answer appear here. What you own, others decide.'],
  decided: ['Nothing was decided yet', 'Answered, expired and cancelled requests are kept here.'],
};

const stateFilter = {
  name: 'state',
  label: 'State',
  options: approvalStates.filter((one) => one !== 'pending').map((one) => ({ value: one, label: one })),
};

export default async function ApprovalsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const params = await searchParams;
  const context = await requireContext();
  const tab = approvalTabs.find((one) => one === oneParam(params, 'tab')) ?? 'pending';
  const state = approvalStates.find((one) => one === oneParam(params, 'state'));
  const open = oneParam(params, 'open');
  const of = { agent: oneParam(params, 'agent'), resource: oneParam(params, 'resource') };
  const wanted = { tab, state, agentId: of.agent, resourceId: of.resource };
  const [found, { tabs, waiting }, places] = await Promise.all([
    attempt(listApprovals(context, { ...wanted, cursor: oneParam(params, 'cursor') })),
    approvalTabLinks(context, tab, of),
    placeFilters(context),
  ]);
  const closeHref = hrefWith(path, params, { open: null });
  return (
    <>
      <PageHeader
        title="Approvals"
        lead="Statements that policy holds until a person answers. An answer counts once, for exactly what is shown."
        actions={
          <>
            {may(context.actor, 'settings.read') ? (
              <Button asChild variant="ghost" size="sm">
                <Link href="/approvals/health">How they are answered</Link>
              </Button>
            ) : null}
            <Button asChild variant="ghost" size="sm">
              <Link href="/approvals/away">Stand-ins</Link>
            </Button>
            <InboxAlerts waiting={waiting} />
          </>
        }
      />
      <WithPanel
        panel={
          open ? (
            <Suspense key={open} fallback={<PanelSkeleton closeHref={closeHref} openedBy={open} />}>
              <ApprovalPanel id={open} closeHref={closeHref} />
            </Suspense>
          ) : null
        }
      >
        <TabLinks label="Approvals by state" tabs={tabs} />
        <FilterBar
          path={path}
          params={params}
          filters={tab === 'decided' ? [...places, stateFilter] : places}
          exportHref={hrefWith('/api/export/approvals', params, { open: null, cursor: null })}
          {...(found.ok ? { count: plural(found.value.rows.length, 'request') } : {})}
        />
        {found.ok ? (
          <Requests page={found.value} params={params} tab={tab} />
        ) : (
          <Refusal code={found.error.code} message={found.error.message} retryHref={path} />
        )}
      </WithPanel>
    </>
  );
}

function Requests({
  page,
  params,
  tab,
}: {
  page: Page<ApprovalRow>;
  params: SearchParams;
  tab: ApprovalTab;
}) {
  const cursor = oneParam(params, 'cursor');
  return (
    <>
      {page.rows.length === 0 ? (
        <EmptyState icon={<ShieldCheck />} title={emptyTexts[tab][0]}>
          {emptyTexts[tab][1]}
        </EmptyState>
      ) : null}
      <Inbox
        key={`${tab} ${oneParam(params, 'state') ?? ''} ${cursor ?? ''}`}
        rows={page.rows}
        hrefs={{ base: hrefWith(path, params, { open: '_' }).slice(0, -1) }}
        selectedId={oneParam(params, 'open')}
        waiting={tab !== 'decided'}
      />
      <Pagination
        previousHref={cursor ? hrefWith(path, params, { cursor: null, open: null }) : null}
        nextHref={page.next ? hrefWith(path, params, { cursor: page.next, open: null }) : null}
        text={plural(page.rows.length, 'request')}
      />
    </>
  );
}
