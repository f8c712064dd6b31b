import { Suspense } from 'react';
import { ReplayBar } from '#components/session/replay-bar';
import { Timeline } from '#components/statement/statement-table';
import { TerminalReplay } from '#components/terminal/terminal-replay';
import { EmptyState } from '#components/ui/empty-state';
import { FilterBar } from '#components/ui/filter-bar';
import { plural } from '#components/ui/number';
import { Pagination } from '#components/ui/pagination';
import { PanelSkeleton } from '#components/ui/panel-skeleton';
import { WithPanel } from '#components/ui/side-panel';
import type { Page } from '#lib/core/page';
import type { SessionDetail, StatementEntry } from '#lib/sessions/index';
import { hrefWith, oneParam, type SearchParams } from '../../../../../components/ui/search-params.ts';
import { MomentPanel } from './moment-panel.tsx';

const decisionFilter = {
  name: 'decision',
  label: 'Decision',
  options: [
    { value: 'allow', label: 'allowed' },
    { value: 'hold', label: 'held' },
    { value: 'deny', label: 'denied' },
  ],
};

/** The session's statements in their order, the replay over them, and the one that is looked at. */
export function Statements({
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
        filters={[decisionFilter]}
        count={plural(page.rows.length, 'statement')}
        exportHref={`/api/export/statements?session=${session.id}`}
        exportAlso={{ label: 'OCSF', href: `/api/export/statements?session=${session.id}&format=ocsf` }}
      />
      {session.resource.kind === 'ssh' && session.may.openRecording ? (
        <TerminalReplay address={`/api/sessions/${session.id}/terminal`} at={seq} />
      ) : null}
      <Replay session={session} page={page} query={query} seq={seq} path={path} />
      <Pagination
        previousHref={oneParam(query, 'cursor') ? hrefWith(path, query, { cursor: null, at: null }) : null}
        nextHref={page.next ? hrefWith(path, query, { cursor: page.next, at: null }) : null}
        text={plural(page.rows.length, 'statement')}
      />
    </WithPanel>
  );
}

function Replay({
  session,
  page,
  query,
  seq,
  path,
}: {
  session: SessionDetail;
  page: Page<StatementEntry>;
  query: SearchParams;
  seq: number | undefined;
  path: string;
}) {
  if (page.rows.length === 0) {
    return (
      <EmptyState title="No statement here">
        {session.state === 'live'
          ? 'Statements appear as the agent sends them.'
          : 'The agent sent none that fit.'}
      </EmptyState>
    );
  }
  return (
    <>
      {session.resource.kind === 'ssh' ? null : (
        <ReplayBar
          steps={page.rows.map((row) => ({
            seq: row.seq,
            atMs: Math.max(0, row.at.getTime() - session.startedAt.getTime()),
          }))}
          lengthMs={(session.endedAt ?? new Date()).getTime() - session.startedAt.getTime()}
          current={seq}
          hrefBase={hrefWith(path, query, { at: '_' }).slice(0, -1)}
        />
      )}
      <Timeline
        rows={page.rows}
        startedAt={session.startedAt}
        selectedSeq={seq}
        hrefOf={(one) => hrefWith(path, query, { at: one })}
      />
    </>
  );
}
