import { KeyRound, Plus } from 'lucide-react';
import type { Metadata } from 'next';
import { Suspense } from 'react';
import { AccessCard } from '#components/access-request/card';
import { DecideAccess } from '#components/access-request/decide';
import { AccessRequestTable } from '#components/access-request/table';
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
import { SidePanel, WithPanel } from '#components/ui/side-panel';
import { TabLinks } from '#components/ui/tab-links';
import { getAccessRequest, listAccessRequests } from '#lib/access-requests/index';
import { accessRequestStates } from '#lib/access-requests/model';
import { relationsFor } from '#lib/auth/require-permission';
import { hrefWith, oneParam, type SearchParams } from '../../../../components/ui/search-params.ts';
import { attempt } from '../../../_server/attempt.ts';
import { requireContext } from '../../../_server/context.ts';
import { approvalTabLinks } from '../_components/approval-tabs.ts';
import { accessFilterOf } from './_components/access-filters.ts';
import { decide } from './actions.ts';

export const metadata: Metadata = { title: 'Access requests' };

const path = '/approvals/access';

const filters = [
  { name: 'state', label: 'State', options: accessRequestStates.map((one) => ({ value: one, label: one })) },
];

export default async function AccessRequestsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const params = await searchParams;
  const context = await requireContext();
  const cursor = oneParam(params, 'cursor');
  const open = oneParam(params, 'open');
  const [found, { tabs }] = await Promise.all([
    attempt(listAccessRequests(context, accessFilterOf(params))),
    approvalTabLinks(context, 'access'),
  ]);
  const closeHref = hrefWith(path, params, { open: null });
  return (
    <>
      <PageHeader
        title="Approvals"
        lead="Access that agents or their owners ask for. An answer gives a grant that ends by itself, or a reason."
        actions={relationsFor(context.actor, 'access.request').size > 0 ? <AskLink /> : null}
      />
      <WithPanel
        panel={
          open ? (
            <Suspense key={open} fallback={<PanelSkeleton closeHref={closeHref} openedBy={open} />}>
              <RequestPanel id={open} closeHref={closeHref} />
            </Suspense>
          ) : null
        }
      >
        <TabLinks label="Approvals by state" tabs={tabs} />
        <FilterBar
          path={path}
          params={params}
          filters={filters}
          exportHref={hrefWith('/api/export/access-requests', params, { open: null, cursor: null })}
          {...(found.ok ? { count: plural(found.value.rows.length, 'request') } : {})}
        />
        {!found.ok ? (
          <Refusal code={found.error.code} message={found.error.message} retryHref={path} />
        ) : found.value.rows.length === 0 ? (
          <EmptyState icon={<KeyRound />} title="Nobody asked for access">
            An agent asks by itself, its owner with “Ask for access”. Requests appear here without a reload.
          </EmptyState>
        ) : (
          <>
            <AccessRequestTable
              rows={found.value.rows}
              hrefOf={(row) => hrefWith(path, params, { open: row.id })}
              selectedId={open}
            />
            <Pagination
              previousHref={cursor ? hrefWith(path, params, { cursor: null, open: null }) : null}
              nextHref={
                found.value.next ? hrefWith(path, params, { cursor: found.value.next, open: null }) : null
              }
              text={plural(found.value.rows.length, 'request')}
            />
          </>
        )}
      </WithPanel>
      <LiveRefresh kinds={['access-request']} />
    </>
  );
}

function AskLink() {
  return (
    <Button asChild>
      <Link href="/grants/request">
        <Plus aria-hidden="true" /> Ask for access
      </Link>
    </Button>
  );
}

async function RequestPanel({ id, closeHref }: { id: string; closeHref: string }) {
  const found = await attempt(getAccessRequest(await requireContext(), id));
  if (!found.ok) {
    return (
      <SidePanel title="Access request" label="Access request" closeHref={closeHref} openedBy={id}>
        <Refusal code={found.error.code} message={found.error.message} />
      </SidePanel>
    );
  }
  const row = found.value;
  return (
    <SidePanel
      title="Access request"
      label={`Access request of ${row.agent.name}`}
      closeHref={closeHref}
      openedBy={id}
      footer={
        row.may.decide ? (
          <DecideAccess
            key={row.id}
            asked={{
              id: row.id,
              actions: row.actions,
              scope: row.scope,
              durationSeconds: row.durationSeconds,
            }}
            decide={decide}
          />
        ) : row.state === 'pending' ? (
          <p className="text-sm text-ink-soft">
            Somebody else has to answer: independent of the agent, and of a group that answers for the
            resource.
          </p>
        ) : null
      }
    >
      <AccessCard row={row} />
    </SidePanel>
  );
}
