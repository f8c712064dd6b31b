import { Refusal } from '#components/layout/refusal';
import { IndexedStatement, MomentView } from '#components/session/moment-view';
import { SqlBlock } from '#components/statement/sql-text';
import { TerminalReplay } from '#components/terminal/terminal-replay';
import { Callout } from '#components/ui/callout';
import { CopyText } from '#components/ui/copy';
import { SidePanel } from '#components/ui/side-panel';
import { openStatement, type SessionDetail, type StatementEntry } from '#lib/sessions/index';
import { momentOf } from '../../../../../components/session/moment.ts';
import { attempt } from '../../../../_server/attempt.ts';
import { requireContext } from '../../../../_server/context.ts';
import { environment } from '../../../../_server/environment.ts';
import { recordings } from '../../../../_server/recordings.ts';

/** One statement of a session, from its recording. Opening it is a ledger entry, one an hour. */
export async function MomentPanel({
  session,
  seq,
  entry,
  closeHref,
}: {
  session: SessionDetail;
  seq: number;
  entry: StatementEntry | undefined;
  closeHref: string;
}) {
  const address = `${environment().url}/sessions/${session.id}?at=${seq}`;
  return (
    <SidePanel
      title={`Statement ${seq}`}
      label={`Statement ${seq} of the session`}
      closeHref={closeHref}
      openedBy={String(seq)}
      footer={
        <span className="flex items-center gap-2 text-xs text-ink-faint">
          Link to this moment <CopyText text={address} label="link" shorten={14} />
        </span>
      }
    >
      <Content session={session} seq={seq} entry={entry} />
    </SidePanel>
  );
}

async function Content({
  session,
  seq,
  entry,
}: {
  session: SessionDetail;
  seq: number;
  entry: StatementEntry | undefined;
}) {
  if (!session.may.openRecording) {
    return (
      <>
        <Callout>You may see this session’s index, not its recording.</Callout>
        {entry ? <IndexedStatement entry={entry} /> : null}
      </>
    );
  }
  const found = await attempt(
    openStatement(await requireContext(), { sessionId: session.id, seq }, await recordings()),
  );
  if (!found.ok) {
    return entry ? (
      <>
        <Callout look="pending">{found.error.message}</Callout>
        <IndexedStatement entry={entry} />
      </>
    ) : (
      <Refusal code={found.error.code} message={found.error.message} />
    );
  }
  const moment = momentOf(found.value, seq);
  if (moment) {
    // A shell's terminal stands over the list, whole.
    const terminal =
      session.resource.kind === 'ssh' ? null : (
        <TerminalReplay address={`/api/sessions/${session.id}/terminal`} at={seq} of={seq} />
      );
    return <MomentView moment={moment} terminal={terminal} />;
  }
  if (entry) return <IndexedStatement entry={entry} />;
  return <SqlBlock text={`No statement stands at ${seq}.`} label="Nothing there" />;
}
