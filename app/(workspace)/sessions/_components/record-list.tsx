import type { ReactNode } from 'react';
import { PageHeader } from '#components/layout/page-header';
import { Refusal } from '#components/layout/refusal';
import { type Filter, FilterBar } from '#components/ui/filter-bar';
import { Pagination } from '#components/ui/pagination';
import { TabLinks } from '#components/ui/tab-links';
import type { Page } from '#lib/core/page';
import type { decisions } from '#lib/sessions/model';
import { hrefWith, oneParam, type SearchParams } from '../../../../components/ui/search-params.ts';
import type { Attempt } from '../../../_server/attempt.ts';
import { personChoices, placeFilters } from '../../../_server/choices.ts';
import type { PersonContext } from '../../../_server/context.ts';
import { timeRanges } from '../../../_server/time-range.ts';
import { sessionTabs } from './session-tabs.ts';

interface Props<Row> {
  readonly tab: 'sessions' | 'search';
  readonly lead: string;
  readonly path: string;
  readonly params: SearchParams;
  readonly search: { readonly name: string; readonly placeholder: string };
  readonly filters: readonly Filter[];
  readonly exportHref: string;
  /** The same as OCSF events. */
  readonly eventsHref?: string;
  readonly found: Attempt<Page<Row>>;
  /** "12 sessions", "12 sessions, and more" */
  readonly countOf: (rows: number) => string;
  readonly table: (rows: readonly Row[]) => ReactNode;
  readonly empty: ReactNode;
}

export const decisionOptions = [
  { value: 'hold', label: 'held' },
  { value: 'deny', label: 'denied' },
  { value: 'allow', label: 'allowed' },
] satisfies readonly { value: (typeof decisions)[number]; label: string }[];

/** Who, on what and when: where a person may not see the choices, the filter is left out. */
export async function recordFilters(context: PersonContext): Promise<readonly Filter[]> {
  const [places, people] = await Promise.all([placeFilters(context), personChoices(context)]);
  return [
    ...places,
    ...(people.length > 0 ? [{ name: 'person', label: 'Owner', options: people }] : []),
    { name: 'range', label: 'Time', options: timeRanges },
  ];
}

/** The one room of both lists of what agents did: sessions, and statements of all of them. */
export function RecordList<Row>(list: Props<Row>) {
  const { path, params, found } = list;
  return (
    <>
      <PageHeader title="Sessions" lead={list.lead} />
      <div className="space-y-3">
        <TabLinks label="Sessions and statements" tabs={sessionTabs(list.tab)} />
        <FilterBar
          path={path}
          params={params}
          search={list.search}
          filters={list.filters}
          exportHref={list.exportHref}
          {...(list.eventsHref ? { exportAlso: { label: 'OCSF', href: list.eventsHref } } : {})}
          {...(found.ok ? { count: countText(list, found.value) } : {})}
        />
        {found.ok ? (
          <Found list={list} page={found.value} />
        ) : (
          <Refusal code={found.error.code} message={found.error.message} retryHref={path} />
        )}
      </div>
    </>
  );
}

function Found<Row>({ list, page }: { list: Props<Row>; page: Page<Row> }) {
  const { path, params } = list;
  if (page.rows.length === 0) return list.empty;
  return (
    <>
      {list.table(page.rows)}
      <Pagination
        previousHref={oneParam(params, 'cursor') ? hrefWith(path, params, { cursor: null }) : null}
        nextHref={page.next ? hrefWith(path, params, { cursor: page.next }) : null}
        text={countText(list, page)}
      />
    </>
  );
}

function countText<Row>({ countOf }: Props<Row>, { rows, next }: Page<Row>): string {
  return next === null ? countOf(rows.length) : `${countOf(rows.length)}, and more`;
}
