import { Plus } from 'lucide-react';
import { type ReactNode, Suspense } from 'react';
import { LiveRefresh } from '#components/layout/live';
import { PageHeader } from '#components/layout/page-header';
import { Refusal } from '#components/layout/refusal';
import { Button } from '#components/ui/button';
import { type Filter, FilterBar } from '#components/ui/filter-bar';
import { Link } from '#components/ui/link';
import { plural } from '#components/ui/number';
import { Pagination } from '#components/ui/pagination';
import { PanelSkeleton } from '#components/ui/panel-skeleton';
import { WithPanel } from '#components/ui/side-panel';
import type { Page } from '#lib/core/page';
import { hrefWith, oneParam, type SearchParams } from '../../../components/ui/search-params.ts';
import type { Attempt } from '../../_server/attempt.ts';

interface ListPageProps<Row> {
  readonly path: string;
  readonly params: SearchParams;
  readonly title: string;
  readonly lead: string;
  /** "agent": the noun of one row. */
  readonly noun: string;
  /** The page that makes a new one; null where this person may not. */
  readonly newHref: string | null;
  readonly filters: readonly Filter[];
  readonly found: Attempt<Page<Row>>;
  readonly panel: (id: string, closeHref: string) => ReactNode;
  readonly table: (
    rows: readonly Row[],
    hrefOf: (row: Row) => string,
    openId: string | undefined,
  ) => ReactNode;
  readonly empty: ReactNode;
}

/** A noun's list with its filters, its count, its pages and, when a row is open, that row's panel. */
export function ListPage<Row extends { readonly id: string }>(props: ListPageProps<Row>) {
  const { path, params, noun, found } = props;
  const open = oneParam(params, 'open');
  const closeHref = hrefWith(path, params, { open: null });
  return (
    <>
      <PageHeader
        title={props.title}
        lead={props.lead}
        actions={props.newHref ? <NewButton href={props.newHref} noun={noun} /> : null}
      />
      <WithPanel
        panel={
          open ? (
            <Suspense key={open} fallback={<PanelSkeleton closeHref={closeHref} openedBy={open} />}>
              {props.panel(open, closeHref)}
            </Suspense>
          ) : null
        }
      >
        <FilterBar
          path={path}
          params={params}
          search={{ name: 'search', placeholder: 'Name holds…' }}
          filters={props.filters}
          exportHref={hrefWith(`/api/export${path}`, params, { open: null, cursor: null })}
          {...(found.ok ? { count: plural(found.value.rows.length, noun) } : {})}
        />
        {found.ok ? (
          <Rows {...props} page={found.value} open={open} />
        ) : (
          <Refusal code={found.error.code} message={found.error.message} retryHref={path} />
        )}
      </WithPanel>
      <LiveRefresh kinds={['access', 'session']} />
    </>
  );
}

function NewButton({ href, noun }: { href: string; noun: string }) {
  return (
    <Button asChild variant="primary">
      <Link href={href}>
        <Plus aria-hidden="true" /> New {noun}
      </Link>
    </Button>
  );
}

function Rows<Row extends { readonly id: string }>({
  path,
  params,
  noun,
  table,
  empty,
  page,
  open,
}: ListPageProps<Row> & { page: Page<Row>; open: string | undefined }) {
  if (page.rows.length === 0) return empty;
  const previousHref = oneParam(params, 'cursor')
    ? hrefWith(path, params, { cursor: null, open: null })
    : null;
  return (
    <>
      {table(page.rows, (row) => hrefWith(path, params, { open: row.id }), open)}
      <Pagination
        previousHref={previousHref}
        nextHref={page.next ? hrefWith(path, params, { cursor: page.next, open: null }) : null}
        text={plural(page.rows.length, noun)}
      />
    </>
  );
}
