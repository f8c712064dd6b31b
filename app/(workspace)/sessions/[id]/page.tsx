import { CircleStop } from 'lucide-react';
import type { Metadata } from 'next';
import { Suspense } from 'react';
import { EndDialog } from '#components/cut/end-dialog';
import { LiveRefresh } from '#components/layout/live';
import { PageHeader } from '#components/layout/page-header';
import { Refusal } from '#components/layout/refusal';
import { ReplayBar } from '#components/session/replay-bar';
import { SessionStateBadge } from '#components/session/session-state';
import { SessionSummary } from '#components/session/session-summary';
import { Timeline } from '#components/statement/statement-table';
import { Button } from '#components/ui/button';
import { CopyText } from '#components/ui/copy';
import { EmptyState } from '#components/ui/empty-state';
import { FilterBar } from '#components/ui/filter-bar';
import { TextLink } from '#components/ui/link';
import { plural } from '#components/ui/number';
import { Pagination } from '#components/ui/pagination';
import { PanelSkeleton } from '#components/ui/panel-skeleton';
import { WithPanel } from '#components/ui/side-panel';
import type { Page } from '#lib/core/page';
import { getSession, listStatements, type SessionDetail, type StatementEntry } from '#lib/sessions/index';
import { decisions } from '#lib/sessions/model';
import { hrefWith, oneParam, type SearchParams } from '../../../../components/ui/search-params.ts';
import { attempt } from '../../../_server/attempt.ts';
import { requireContext } from '../../../_server/context.ts';
import { end } from '../actions.ts';
import { MomentPanel } from './_components/moment-panel.tsx';

export const metadata: Metadata = { title: 'Session' };

const timelineRows = 200;

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<SearchParams>;
}

export default async function SessionPage({ params, searchParams }: Props) {
  const [{ id }, query, context] = await Promise.all([params, searchParams, requireContext()]);
  const session = await attempt(getSession(context, id));
  if (!session.ok) return <Refusal code={session.error.code} message={session.error.message} />;
  const statements = await attempt(
    listStatements(context, {
      sessionId: id,
      decision: decisions.find((one) => one === oneParam(query, 'decision')),
      text: oneParam(query, 'text'),
      cursor: oneParam(query, 'cursor'),
      limit: timelineRows,
    }),
  );
  return (
    <>
      <Header session={session.value} />
      <div className="space-y-4">
        <SessionSummary session={session.value} />
        {statements.ok ? (
          <Statements session={session.value} page={statements.value} query={query} />
        ) : (
          <Refusal
            code={statements.error.code}
            message={statements.error.message}
            retryHref={`/sessions/${id}`}
          />
        )}
      </div>
      <LiveRefresh kinds={session.value.state === 'live' ? ['session', 'approval'] : ['session']} />
    </>
  );
}

function Header({ session }: { session: SessionDetail }) {
  return (
    <PageHeader
      above={
        <span className="inline-flex items-center gap-2">
          <TextLink href="/sessions">Sessions</TextLink> <CopyText text={session.id} />
        </span>
      }
      title={
        <span className="inline-flex flex-wrap items-center gap-2.5">
          {session.agent.name} on {session.resource.name} <SessionStateBadge state={session.state} />
        </span>
      }
      actions={
        session.state === 'live' && session.may.end ? (
          <EndDialog
            trigger={
              <Button variant="danger-quiet">
                <CircleStop aria-hidden="true" /> End session
              </Button>
            }
            title="End this session"
            effect="The connection closes within a second. A statement that runs is cancelled; what it had changed is rolled back unless it was committed. The grant stays."
            confirm="End session"
            action={end}
            fields={{ sessionId: session.id }}
          />
        ) : null
      }
    />
  );
}

function Statements({
  session,
  page,
  query,
}: {
  session: SessionDetail;
  page: Page<StatementEntry>;
  query: SearchParams;
}) {
  const path = `/sessions/${session.id}`;
  const asked = Number(oneParam(query, 'at'));
  const seq = Number.isSafeInteger(asked) && asked > 0 ? asked : undefined;
  const closeHref = hrefWith(path, query, { at: null });
  const lengthMs = (session.endedAt ?? new Date()).getTime() - session.startedAt.getTime();
  const panel =
    seq === undefined ? null : (
      <Suspense key={seq} fallback={<PanelSkeleton closeHref={closeHref} openedBy={String(seq)} />}>
        <MomentPanel
          session={session}
          seq={seq}
          entry={page.rows.find((row) => row.seq === seq)}
          closeHref={closeHref}
        />
      </Suspense>
    );
  return (
    <WithPanel panel={panel}>
      <FilterBar
        path={path}
        params={query}
        search={{ name: 'text', placeholder: 'Search in this session…' }}
        filters={[
          {
            name: 'decision',
            label: 'Decision',
            options: [
              { value: 'allow', label: 'allowed' },
              { value: 'hold', label: 'held' },
              { value: 'deny', label: 'denied' },
            ],
          },
        ]}
        count={plural(page.rows.length, 'statement')}
        exportHref={`/api/export/statements?session=${session.id}`}
      />
      {page.rows.length === 0 ? (
        <EmptyState title="No statement here">
          {session.state === 'live'
            ? 'Statements appear as the agent sends them.'
            : 'The agent sent none that fit.'}
        </EmptyState>
      ) : (
        <>
          <ReplayBar
            steps={page.rows.map((row) => ({
              seq: row.seq,
              atMs: Math.max(0, row.at.getTime() - session.startedAt.getTime()),
            }))}
            lengthMs={lengthMs}
            current={seq}
            hrefBase={hrefWith(path, query, { at: '_' }).slice(0, -1)}
          />
          <Timeline
            rows={page.rows}
            startedAt={session.startedAt}
            selectedSeq={seq}
            hrefOf={(one) => hrefWith(path, query, { at: one })}
          />
        </>
      )}
      <Pagination
        previousHref={oneParam(query, 'cursor') ? hrefWith(path, query, { cursor: null, at: null }) : null}
        nextHref={page.next ? hrefWith(path, query, { cursor: page.next, at: null }) : null}
        text={plural(page.rows.length, 'statement')}
      />
    </WithPanel>
  );
}
