import { Suspense } from 'react';
import { RecordingSearchBox } from '#components/session/recording-search';
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
import type { ReplayIndex, SessionDetail, StatementEntry } from '#lib/sessions/index';
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
  index,
  query,
}: {
  session: SessionDetail;
  page: Page<StatementEntry>;
  index: ReplayIndex;
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
        count={countOf(session, page, query)}
        exportHref={`/api/export/statements?session=${session.id}`}
        exportAlso={{ label: 'OCSF', href: `/api/export/statements?session=${session.id}&format=ocsf` }}
      />
      {session.resource.kind === 'ssh' && session.may.openRecording ? (
        <TerminalReplay address={`/api/sessions/${session.id}/terminal`} at={seq} />
      ) : null}
      <SearchFurther session={session} path={path} query={query} />
      <Replay session={session} page={page} index={index} query={query} seq={seq} path={path} />
      <Pagination
        previousHref={oneParam(query, 'cursor') ? hrefWith(path, query, { cursor: null, at: null }) : null}
        nextHref={page.next ? hrefWith(path, query, { cursor: page.next, at: null }) : null}
        text={plural(page.rows.length, 'statement')}
      />
    </WithPanel>
  );
}

/** What the index does not hold is looked for in the recording, when somebody asks. */
function SearchFurther({
  session,
  path,
  query,
}: {
  session: SessionDetail;
  path: string;
  query: SearchParams;
}) {
  const words = oneParam(query, 'text');
  if (words === undefined || words.length < 2 || !session.may.openRecording) return null;
  return (
    <RecordingSearchBox
      key={words}
      address={`/api/sessions/${session.id}/search`}
      words={words}
      hrefBase={momentBase(path, query)}
    />
  );
}

/** The address of a moment up to its sequence; the list begins near it. */
function momentBase(path: string, query: SearchParams): string {
  return hrefWith(path, query, { cursor: null, at: '_' }).slice(0, -1);
}

function countOf(session: SessionDetail, page: Page<StatementEntry>, query: SearchParams): string {
  const isPart = oneParam(query, 'text') ?? oneParam(query, 'decision');
  const total = isPart === undefined && session.state !== 'live' ? session.statements : 0;
  return plural(Math.max(total, page.rows.length), 'statement');
}

function Replay({
  session,
  page,
  index,
  query,
  seq,
  path,
}: {
  session: SessionDetail;
  page: Page<StatementEntry>;
  index: ReplayIndex;
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
  const entry = page.rows.find((row) => row.seq === seq);
  return (
    <>
      {session.resource.kind === 'ssh' ? null : (
        <ReplayBar
          index={index}
          lengthMs={(session.endedAt ?? new Date()).getTime() - session.startedAt.getTime()}
          current={seq}
          currentAtMs={entry && Math.max(0, entry.at.getTime() - session.startedAt.getTime())}
          stepsAddress={hrefWith(`/api/sessions/${session.id}/steps`, query, { cursor: null, at: null })}
          hrefBase={momentBase(path, query)}
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
