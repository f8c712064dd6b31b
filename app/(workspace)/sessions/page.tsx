import { SquareTerminal } from 'lucide-react';
import type { Metadata } from 'next';
import { LiveRefresh } from '#components/layout/live';
import { PageHeader } from '#components/layout/page-header';
import { Refusal } from '#components/layout/refusal';
import { SessionTable } from '#components/session/session-table';
import { EmptyState } from '#components/ui/empty-state';
import { FilterBar } from '#components/ui/filter-bar';
import { plural } from '#components/ui/number';
import { Pagination } from '#components/ui/pagination';
import { TabLinks } from '#components/ui/tab-links';
import { listSessions } from '#lib/sessions/index';
import { sessionStates } from '#lib/sessions/model';
import { hrefWith, oneParam, type SearchParams } from '../../../components/ui/search-params.ts';
import { attempt } from '../../_server/attempt.ts';
import { agentChoices, resourceChoices } from '../../_server/choices.ts';
import { requireContext } from '../../_server/context.ts';
import { timeRanges } from '../../_server/time-range.ts';
import { sessionFilterOf } from './_components/session-filters.ts';
import { sessionTabs } from './_components/session-tabs.ts';

export const metadata: Metadata = { title: 'Sessions' };

const path = '/sessions';

export default async function SessionsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const params = await searchParams;
  const context = await requireContext();
  const [found, agents, resources] = await Promise.all([
    attempt(listSessions(context, sessionFilterOf(params))),
    agentChoices(context),
    resourceChoices(context),
  ]);
  return (
    <>
      <PageHeader
        title="Sessions"
        lead="Every connection of an agent to a resource: who, what, when and why."
      />
      <div className="space-y-3">
        <TabLinks label="Sessions and statements" tabs={sessionTabs('sessions')} />
        <FilterBar
          path={path}
          params={params}
          search={{ name: 'purpose', placeholder: 'Purpose holds…' }}
          filters={[
            { name: 'agent', label: 'Agent', options: agents },
            { name: 'resource', label: 'Resource', options: resources },
            {
              name: 'state',
              label: 'State',
              options: sessionStates.map((one) => ({ value: one, label: one })),
            },
            {
              name: 'decision',
              label: 'With a statement',
              options: [
                { value: 'hold', label: 'held' },
                { value: 'deny', label: 'denied' },
                { value: 'allow', label: 'allowed' },
              ],
            },
            { name: 'range', label: 'Time', options: timeRanges },
          ]}
          exportHref={hrefWith('/api/export/sessions', params, { cursor: null })}
          {...(found.ok ? { count: countText(found.value.rows.length, found.value.next !== null) } : {})}
        />
        {!found.ok ? (
          <Refusal code={found.error.code} message={found.error.message} retryHref={path} />
        ) : found.value.rows.length === 0 ? (
          <NoSessions filtered={Object.keys(params).length > 0} />
        ) : (
          <>
            <SessionTable rows={found.value.rows} />
            <Pagination
              previousHref={oneParam(params, 'cursor') ? hrefWith(path, params, { cursor: null }) : null}
              nextHref={found.value.next ? hrefWith(path, params, { cursor: found.value.next }) : null}
              text={countText(found.value.rows.length, found.value.next !== null)}
            />
          </>
        )}
      </div>
      {oneParam(params, 'cursor') ? null : <LiveRefresh kinds={['session']} />}
    </>
  );
}

function countText(count: number, more: boolean): string {
  return more ? `${count} sessions, and more` : plural(count, 'session');
}

function NoSessions({ filtered }: { filtered: boolean }) {
  return (
    <EmptyState
      icon={<SquareTerminal />}
      title={filtered ? 'No session fits these filters' : 'No session yet'}
    >
      {filtered
        ? 'Remove a filter, or choose a longer time.'
        : 'An agent that connects through the gateway appears here at once. It needs a grant first.'}
    </EmptyState>
  );
}
