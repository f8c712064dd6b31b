import { Lock, LockOpen, Trash2 } from 'lucide-react';
import type { RecordingKeeping } from '#lib/retention/model';
import { Button } from '../ui/button.tsx';
import { CopyText } from '../ui/copy.tsx';
import { Fact, Facts } from '../ui/facts.tsx';
import type { FormAction } from '../ui/form-state.ts';
import { InertText } from '../ui/inert-text.tsx';
import { formatBytes } from '../ui/number.tsx';
import { ReasonDialog } from '../ui/reason-dialog.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { KeepingBadge } from './keeping-state.tsx';

export interface KeepingActions {
  readonly hold: FormAction;
  readonly release: FormAction;
  readonly remove: FormAction;
}

/** How long a recording is kept, what keeps it, and what this person may do about it. */
export function Keeping({ keeping, actions }: { keeping: RecordingKeeping; actions: KeepingActions }) {
  const { hold, retainUntil, deletedAt, keptBecause } = keeping;
  return (
    <div className="space-y-3">
      <Facts>
        <Fact term="Keeping">
          <KeepingBadge state={keeping.state} />
        </Fact>
        <Fact term="Sealed">
          <RelativeTime at={keeping.sealedAt} className="" />, {formatBytes(keeping.bytes)}
        </Fact>
        <Fact term="Digest">
          <CopyText text={keeping.digest} shorten={12} label="recording digest" />
        </Fact>
        <Fact term="Kept until">
          {retainUntil ? <RelativeTime at={retainUntil} className="" /> : 'no end is set'}
        </Fact>
        {hold ? (
          <Fact term="Legal hold">
            by <InertText text={hold.by} />, <RelativeTime at={hold.at} className="" />: “
            <InertText text={hold.reason} />”
          </Fact>
        ) : null}
        {deletedAt ? (
          <Fact term="Deleted">
            <RelativeTime at={deletedAt} className="" />. Digest and ledger entries stay.
          </Fact>
        ) : (
          <Fact term="Deletion">
            <InertText
              text={keptBecause ?? 'Nothing keeps it any more: the job deletes it within ten minutes.'}
            />
          </Fact>
        )}
      </Facts>
      <Actions keeping={keeping} actions={actions} />
    </div>
  );
}

function Actions({ keeping, actions }: { keeping: RecordingKeeping; actions: KeepingActions }) {
  const { may, hold, sessionId } = keeping;
  if (!may.hold && !may.delete) return null;
  const fields = { sessionId };
  return (
    <div className="flex flex-wrap gap-2">
      {!may.hold ? null : hold ? (
        <ReasonDialog
          trigger={
            <Button size="sm">
              <LockOpen aria-hidden="true" /> Release the hold
            </Button>
          }
          title="Release this recording from legal hold"
          effect="From then on its retention counts again: once its end has come and nobody needs it, it is deleted."
          confirm="Release"
          action={actions.release}
          fields={fields}
        />
      ) : (
        <ReasonDialog
          trigger={
            <Button size="sm">
              <Lock aria-hidden="true" /> Put under legal hold
            </Button>
          }
          title="Put this recording under legal hold"
          effect="Nothing deletes it while the hold stands, not even after its end."
          confirm="Hold"
          action={actions.hold}
          fields={fields}
        />
      )}
      {may.delete ? (
        <ReasonDialog
          trigger={
            <Button size="sm" variant="danger-quiet">
              <Trash2 aria-hidden="true" /> Delete the recording
            </Button>
          }
          title="Delete this recording"
          effect="Destroys its key: no copy of it can be read any more, wherever it is. This can’t be taken back. The session, its index, its digest and its ledger entries stay."
          confirm="Delete for good"
          danger
          action={actions.remove}
          fields={fields}
        />
      ) : null}
    </div>
  );
}
