import { Bot } from 'lucide-react';
import type { Metadata } from 'next';
import { AgentTable } from '#components/agent/agent-table';
import { EmptyState } from '#components/ui/empty-state';
import { listAgents } from '#lib/agents/index';
import { agentStates } from '#lib/agents/model';
import { may } from '#lib/auth/require-permission';
import type { SearchParams } from '../../../components/ui/search-params.ts';
import { attempt } from '../../_server/attempt.ts';
import { requireContext } from '../../_server/context.ts';
import { ListPage } from '../_components/list-page.tsx';
import { agentFilterOf } from './_components/agent-filters.ts';
import { AgentPanel } from './_components/agent-panel.tsx';

export const metadata: Metadata = { title: 'Agents' };

export default async function AgentsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const params = await searchParams;
  const context = await requireContext();
  return (
    <ListPage
      path="/agents"
      params={params}
      title="Agents"
      lead="The non-human identities that connect here: who answers for each, how its token is recognised, what it reaches."
      noun="agent"
      newHref={may(context.actor, 'access.change') ? '/agents/new' : null}
      filters={[
        { name: 'state', label: 'State', options: agentStates.map((one) => ({ value: one, label: one })) },
        { name: 'owner', label: 'Owner', options: [{ value: 'none', label: 'nobody' }] },
      ]}
      found={await attempt(listAgents(context, agentFilterOf(params)))}
      panel={(id, closeHref) => <AgentPanel id={id} closeHref={closeHref} />}
      table={(rows, hrefOf, openId) => <AgentTable rows={rows} hrefOf={hrefOf} selectedId={openId} />}
      empty={
        <EmptyState icon={<Bot />} title="No agent">
          Add one by its issuer and the claims of its token, or apply a declaration file.
        </EmptyState>
      }
    />
  );
}
