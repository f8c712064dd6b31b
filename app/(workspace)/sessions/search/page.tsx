import { TextSearch } from 'lucide-react';
import type { Metadata } from 'next';
import { PageHeader } from '#components/layout/page-header';
import { Refusal } from '#components/layout/refusal';
import { StatementTable } from '#components/statement/statement-table';
import { EmptyState } from '#components/ui/empty-state';
import { FilterBar } from '#components/ui/filter-bar';
import { plural } from '#components/ui/number';
import { Pagination } from '#components/ui/pagination';
import { TabLinks } from '#components/ui/tab-links';
import { actions } from '#lib/policies/model';
import { listStatements } from '#lib/sessions/index';
import { hrefWith, oneParam, type SearchParams } from '../../../../components/ui/search-params.ts';
import { attempt } from '../../../_server/attempt.ts';
import { agentChoices, resourceChoices } from '../../../_server/choices.ts';
import { requireContext } from '../../../_server/context.ts';
import { timeRanges } from '../../../_server/time-range.ts';
import { sessionTabs } from '../_components/session-tabs.ts';
import { statementFilterOf } from '../_components/statement-filters.ts';

export const metadata: Metadata = { title: 'Statements' };

const path = '/sessions/search';

export default async function SearchPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const params = await searchParams;
  const context = await requireContext();
  const [found, agents, resources] = await Promise.all([
    attempt(listStatements(context, statementFilterOf(params))),
    agentChoices(context),
    resourceChoices(context),
  ]);
  return (
    <>
      <PageHeader
        title="Sessions"
        lead="Statements of every session, as they are indexed: values of masked columns are masked here too. The last 30 days unless you choose."
      />
      <div className="space-y-3">
        <TabLinks label="Sessions and statements" tabs={sessionTabs('search')} />
        <FilterBar
          path={path}
          params={params}
          search={{ name: 'text', placeholder: 'Text of the statement…' }}
          filters={[
            { name: 'agent', label: 'Agent', options: agents },
            { name: 'resource', label: 'Resource', options: resources },
            {
              name: 'decision',
              label: 'Decision',
              options: [
                { value: 'allow', label: 'allowed' },
                { value: 'hold', label: 'held' },
                { value: 'deny', label: 'denied' },
              ],
            },
            { name: 'action', label: 'Action', options: actions.map((one) => ({ value: one, label: one })) },
            { name: 'range', label: 'Time', options: timeRanges },
          ]}
          exportHref={hrefWith('/api/export/statements', params, { cursor: null })}
          exportAlso={{
            label: 'OCSF',
            href: hrefWith('/api/export/statements', params, { cursor: null, format: 'ocsf' }),
          }}
          {...(found.ok ? { count: plural(found.value.rows.length, 'statement') } : {})}
        />
        {!found.ok ? (
          <Refusal code={found.error.code} message={found.error.message} retryHref={path} />
        ) : found.value.rows.length === 0 ? (
          <EmptyState icon={<TextSearch />} title="No statement fits">
            Try fewer words or a longer time.
          </EmptyState>
        ) : (
          <>
            <StatementTable rows={found.value.rows} />
            <Pagination
              previousHref={oneParam(params, 'cursor') ? hrefWith(path, params, { cursor: null }) : null}
              nextHref={found.value.next ? hrefWith(path, params, { cursor: found.value.next }) : null}
              text={plural(found.value.rows.length, 'statement')}
            />
          </>
        )}
      </div>
    </>
  );
}
