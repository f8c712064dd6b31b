'use client';

import { CircleX, Undo2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { BulkResult } from '#lib/grants/model';
import { CutProgress } from '../cut/cut-progress.tsx';
import { ActionForm, SubmitButton } from '../ui/action-form.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogClose } from '../ui/dialog.tsx';
import { TextArea } from '../ui/field.tsx';
import type { FormAction } from '../ui/form-state.ts';
import { plural } from '../ui/number.tsx';

export interface RevokeActions {
  readonly effect: (grantIds: readonly string[]) => Promise<string>;
  readonly revoke: FormAction;
  readonly undo: FormAction;
}

/** Names the effect, takes a reason, shows how far the cut is, and offers the way back for a minute. */
export function RevokeDialog({
  grantIds,
  trigger,
  actions,
  onFinished,
}: {
  grantIds: readonly string[];
  trigger: ReactNode;
  actions: RevokeActions;
  onFinished?: () => void;
}) {
  const [effect, setEffect] = useState<string | null>(null);
  const [results, setResults] = useState<readonly BulkResult[] | null>(null);
  const change = (open: boolean) => {
    if (open) {
      setEffect(null);
      setResults(null);
      void actions.effect(grantIds).then(setEffect);
    } else if (results) onFinished?.();
  };
  return (
    <Dialog
      trigger={trigger}
      title={grantIds.length === 1 ? 'Revoke this grant' : `Revoke ${grantIds.length} grants`}
      onOpenChange={change}
      description={
        results ? null : (
          <p role="status" className="min-h-5 font-medium text-ink">
            {effect ?? 'Reading what it would do…'}
          </p>
        )
      }
    >
      {results ? (
        <Outcome results={results} undo={actions.undo} />
      ) : (
        <ActionForm
          action={actions.revoke}
          quiet
          className="space-y-4"
          onDone={(state) => setResults(JSON.parse(state.data.results ?? '[]') as BulkResult[])}
        >
          {grantIds.map((id) => (
            <input key={id} type="hidden" name="grantId" value={id} />
          ))}
          <TextArea
            label="Reason"
            name="reason"
            required
            maxLength={2000}
            hint="The agent reads it when its session is cut; it stands in the ledger."
          />
          <div className="flex justify-end gap-2">
            <DialogClose asChild>
              <Button>Cancel</Button>
            </DialogClose>
            <SubmitButton variant="danger" pendingText="Revoking…">
              Revoke
            </SubmitButton>
          </div>
        </ActionForm>
      )}
    </Dialog>
  );
}

const progressShownMax = 10;

function Outcome({ results, undo }: { results: readonly BulkResult[]; undo: FormAction }) {
  const revoked = results.filter((result) => result.ok);
  const refused = results.filter((result) => !result.ok);
  const [undone, setUndone] = useState(false);
  return (
    <div className="space-y-3">
      <p className="text-sm font-medium">
        {undone ? 'Granted again' : `${plural(revoked.length, 'grant')} revoked`}
      </p>
      {revoked
        .slice(0, progressShownMax)
        .map((result) => (result.cutId ? <CutProgress key={result.grantId} cutId={result.cutId} /> : null))}
      {refused.map((result) => (
        <p key={result.grantId} className="flex gap-2 text-sm text-negative">
          <CircleX aria-hidden="true" className="mt-0.5 size-4 shrink-0" /> {result.message}
        </p>
      ))}
      <div className="flex justify-end gap-2">
        {revoked.length > 0 && !undone ? (
          <ActionForm action={undo} onDone={() => setUndone(true)} label="Take it back">
            {revoked.map((result) => (
              <input key={result.grantId} type="hidden" name="grantId" value={result.grantId} />
            ))}
            <SubmitButton pendingText="One moment…">
              <Undo2 aria-hidden="true" /> Grant again
            </SubmitButton>
          </ActionForm>
        ) : null}
        <DialogClose asChild>
          <Button variant="primary">Close</Button>
        </DialogClose>
      </div>
      {revoked.length > 0 && !undone ? (
        <p className="text-right text-xs text-ink-faint">
          For a minute: a new grant on the same terms. Sessions that were cut stay cut.
        </p>
      ) : null}
    </div>
  );
}
