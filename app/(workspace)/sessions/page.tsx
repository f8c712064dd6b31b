import { SquareTerminal } from 'lucide-react';
import type { Metadata } from 'next';
import { LiveRefresh } from '#components/layout/live';
import { SessionTable } from '#components/session/session-table';
import { EmptyState } from '#components/ui/empty-state';
import { plural } from '#components/ui/number';
import { listSessions } from '#lib/sessions/index';
import { sessionStates } from '#lib/sessions/model';
import { hrefWith, oneParam, type SearchParams } from '../../../components/ui/search-params.ts';
import { attempt } from '../../_server/attempt.ts';
import { requireContext } from '../../_server/context.ts';
import { decisionOptions, RecordList, recordFilters } from './_components/record-list.tsx';
import { sessionFilterOf } from './_components/session-filters.ts';

export const metadata: Metadata = { title: 'Sessions' };

const path = '/sessions';

export default async function SessionsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const params = await searchParams;
  const context = await requireContext();
  const [found, places] = await Promise.all([
    attempt(listSessions(context, sessionFilterOf(params))),
    recordFilters(context),
  ]);
  return (
    <>
      <RecordList
        tab="sessions"
        lead="Every connection of an agent to a resource: who, what, when and why."
        path={path}
        params={params}
        search={{ name: 'purpose', placeholder: 'Purpose holds…' }}
        filters={[
          ...places,
          {
            name: 'state',
            label: 'State',
            options: sessionStates.map((one) => ({ value: one, label: one })),
          },
          { name: 'decision', label: 'With a statement', options: decisionOptions },
          { name: 'masked', label: 'Masked', options: [{ value: 'yes', label: 'a field or more' }] },
        ]}
        exportHref={hrefWith('/api/export/sessions', params, { cursor: null })}
        found={found}
        countOf={(rows) => plural(rows, 'session')}
        table={(rows) => <SessionTable rows={rows} />}
        empty={<NoSessions filtered={Object.keys(params).length > 0} />}
      />
      {oneParam(params, 'cursor') ? null : <LiveRefresh kinds={['session']} />}
    </>
  );
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
