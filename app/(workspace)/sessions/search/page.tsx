import { TextSearch } from 'lucide-react';
import type { Metadata } from 'next';
import { StatementTable } from '#components/statement/statement-table';
import { EmptyState } from '#components/ui/empty-state';
import { plural } from '#components/ui/number';
import { actions } from '#lib/policies/model';
import { listStatements } from '#lib/sessions/index';
import { hrefWith, type SearchParams } from '../../../../components/ui/search-params.ts';
import { attempt } from '../../../_server/attempt.ts';
import { requireContext } from '../../../_server/context.ts';
import { decisionOptions, RecordList, recordFilters } from '../_components/record-list.tsx';
import { statementFilterOf } from '../_components/statement-filters.ts';

export const metadata: Metadata = { title: 'Statements' };

const path = '/sessions/search';

export default async function SearchPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const params = await searchParams;
  const context = await requireContext();
  const [found, places] = await Promise.all([
    attempt(listStatements(context, statementFilterOf(params))),
    recordFilters(context),
  ]);
  const exportHref = hrefWith('/api/export/statements', params, { cursor: null });
  return (
    <RecordList
      tab="search"
      lead="Statements of every session, as they are indexed: values of masked columns are masked here too. The last 30 days unless you choose."
      path={path}
      params={params}
      search={{ name: 'text', placeholder: 'Text of the statement…' }}
      filters={[
        ...places,
        { name: 'decision', label: 'Decision', options: decisionOptions },
        { name: 'action', label: 'Action', options: actions.map((one) => ({ value: one, label: one })) },
      ]}
      exportHref={exportHref}
      eventsHref={hrefWith('/api/export/statements', params, { cursor: null, format: 'ocsf' })}
      found={found}
      countOf={(rows) => plural(rows, 'statement')}
      table={(rows) => <StatementTable rows={rows} />}
      empty={
        <EmptyState icon={<TextSearch />} title="No statement fits">
          Try fewer words or a longer time.
        </EmptyState>
      }
    />
  );
}
