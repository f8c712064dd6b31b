import { CircleStop } from 'lucide-react';
import type { Metadata } from 'next';
import { EndDialog } from '#components/cut/end-dialog';
import { LiveRefresh } from '#components/layout/live';
import { PageHeader } from '#components/layout/page-header';
import { Refusal } from '#components/layout/refusal';
import { SessionStateBadge } from '#components/session/session-state';
import { SessionSummary } from '#components/session/session-summary';
import { WatchLive } from '#components/session/watch';
import { Button } from '#components/ui/button';
import { CopyText } from '#components/ui/copy';
import { TextLink } from '#components/ui/link';
import { may } from '#lib/auth/require-permission';
import { encodeCursor } from '#lib/core/page';
import {
  getSession,
  listStatements,
  type ReplayIndex,
  replayIndex,
  type SessionDetail,
} from '#lib/sessions/index';
import { decisions, seqMax } from '#lib/sessions/model';
import { oneParam, type SearchParams } from '../../../../components/ui/search-params.ts';
import { attempt } from '../../../_server/attempt.ts';
import { requireContext } from '../../../_server/context.ts';
import { end } from '../actions.ts';
import { RecordingKept } from './_components/recording-kept.tsx';
import { Statements } from './_components/statements.tsx';

export const metadata: Metadata = { title: 'Session' };

const timelineRows = 200;
const noIndex: ReplayIndex = { firstSeq: null, lastSeq: null, marks: [] };

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<SearchParams>;
}

export default async function SessionPage({ params, searchParams }: Props) {
  const [{ id }, query, context] = await Promise.all([params, searchParams, requireContext()]);
  const at = oneParam(query, 'at');
  const reading = attempt(getSession(context, id));
  const list = (cursor: string | undefined) =>
    attempt(
      listStatements(context, {
        sessionId: id,
        decision: decisions.find((one) => one === oneParam(query, 'decision')),
        text: oneParam(query, 'text'),
        cursor: oneParam(query, 'cursor') ?? cursor,
        limit: timelineRows,
      }),
    );
  // Only a late moment needs the session's start before its page of statements can be asked for.
  const [session, index, statements] = await Promise.all([
    reading,
    attempt(replayIndex(context, id)),
    isLate(at)
      ? reading.then((found) => list(found.ok ? cursorTo(found.value, at) : undefined))
      : list(undefined),
  ]);
  if (!session.ok) return <Refusal code={session.error.code} message={session.error.message} />;
  // While a statement is looked at, the list stands beside it and the summary follows.
  const looking = at !== undefined;
  const summary = <SessionSummary key="summary" session={session.value} />;
  const timeline = statements.ok ? (
    <div key="list" className="space-y-3">
      <Statements
        session={session.value}
        page={statements.value}
        index={index.ok ? index.value : noIndex}
        query={query}
      />
    </div>
  ) : (
    <Refusal
      key="list"
      code={statements.error.code}
      message={statements.error.message}
      retryHref={`/sessions/${id}`}
    />
  );
  return (
    <>
      <Header session={session.value} />
      <div className="space-y-4">
        {looking ? [timeline, summary] : [summary, timeline]}
        {session.value.recording && may(context.actor, 'recording.hold') ? (
          <RecordingKept context={context} sessionId={id} />
        ) : null}
      </div>
      <LiveRefresh kinds={session.value.state === 'live' ? ['session', 'approval'] : ['session']} />
    </>
  );
}

/** Whether the moment asked for is not on the first page. */
function isLate(at: string | undefined): boolean {
  const seq = Number(at);
  return Number.isSafeInteger(seq) && seq > timelineRows && seq <= seqMax;
}

/** Where a page begins that holds the moment asked for; undefined: the first page does. */
function cursorTo(session: SessionDetail, at: string | undefined): string | undefined {
  if (!isLate(at)) return undefined;
  // The same page for moments that are near each other: the list stands still while it is played.
  const start = Math.floor(Number(at) / timelineRows) * timelineRows - timelineRows / 2;
  return encodeCursor([session.startedAt.toISOString(), session.id, String(start)]);
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
          {session.state === 'live' ? <WatchLive /> : null}
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
