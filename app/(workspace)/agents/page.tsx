import { Bot, Plus } from 'lucide-react';
import type { Metadata } from 'next';
import { Suspense } from 'react';
import { AgentTable } from '#components/agent/agent-table';
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
import { type AgentRow, listAgents } from '#lib/agents/index';
import { agentStates } from '#lib/agents/model';
import { may } from '#lib/auth/require-permission';
import type { Page } from '#lib/core/page';
import { hrefWith, oneParam, type SearchParams } from '../../../components/ui/search-params.ts';
import { attempt } from '../../_server/attempt.ts';
import { requireContext } from '../../_server/context.ts';
import { agentFilterOf } from './_components/agent-filters.ts';
import { AgentPanel } from './_components/agent-panel.tsx';

export const metadata: Metadata = { title: 'Agents' };

const path = '/agents';

export default async function AgentsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const params = await searchParams;
  const context = await requireContext();
  const open = oneParam(params, 'open');
  const found = await attempt(listAgents(context, agentFilterOf(params)));
  const closeHref = hrefWith(path, params, { open: null });
  return (
    <>
      <PageHeader
        title="Agents"
        lead="The non-human identities that connect here: who answers for each, how its token is recognised, what it reaches."
        actions={
          may(context.actor, 'access.change') ? (
            <Button asChild variant="primary">
              <Link href="/agents/new">
                <Plus aria-hidden="true" /> New agent
              </Link>
            </Button>
          ) : null
        }
      />
      <WithPanel
        panel={
          open ? (
            <Suspense key={open} fallback={<PanelSkeleton closeHref={closeHref} openedBy={open} />}>
              <AgentPanel id={open} closeHref={closeHref} />
            </Suspense>
          ) : null
        }
      >
        <FilterBar
          path={path}
          params={params}
          search={{ name: 'search', placeholder: 'Name holds…' }}
          filters={[
            {
              name: 'state',
              label: 'State',
              options: agentStates.map((one) => ({ value: one, label: one })),
            },
            { name: 'owner', label: 'Owner', options: [{ value: 'none', label: 'nobody' }] },
          ]}
          exportHref={hrefWith('/api/export/agents', params, { open: null, cursor: null })}
          {...(found.ok ? { count: plural(found.value.rows.length, 'agent') } : {})}
        />
        {found.ok ? (
          <Agents page={found.value} params={params} />
        ) : (
          <Refusal code={found.error.code} message={found.error.message} retryHref={path} />
        )}
      </WithPanel>
      <LiveRefresh kinds={['access', 'session']} />
    </>
  );
}

function Agents({ page, params }: { page: Page<AgentRow>; params: SearchParams }) {
  if (page.rows.length === 0) {
    return (
      <EmptyState icon={<Bot />} title="No agent">
        Add one by its issuer and the claims of its token, or apply a declaration file.
      </EmptyState>
    );
  }
  return (
    <>
      <AgentTable
        rows={page.rows}
        hrefOf={(row) => hrefWith(path, params, { open: row.id })}
        selectedId={oneParam(params, 'open')}
      />
      <Pagination
        previousHref={
          oneParam(params, 'cursor') ? hrefWith(path, params, { cursor: null, open: null }) : null
        }
        nextHref={page.next ? hrefWith(path, params, { cursor: page.next, open: null }) : null}
        text={plural(page.rows.length, 'agent')}
      />
    </>
  );
}
