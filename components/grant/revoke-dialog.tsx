'use client';

import { type ReactNode, useState } from 'react';
import type { BulkResult } from '#lib/grants/model';
import { ActionForm, SubmitButton } from '../ui/action-form.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogClose } from '../ui/dialog.tsx';
import { TextArea } from '../ui/field.tsx';
import type { DoneState, FormAction } from '../ui/form-state.ts';
import { plural } from '../ui/number.tsx';
import { useToast } from '../ui/toast.tsx';
import { RevokeOutcome } from './revoke-outcome.tsx';

export interface RevokeActions {
  readonly effect: (grantIds: readonly string[]) => Promise<string>;
  readonly revoke: FormAction;
  readonly undo: FormAction;
}

/** A revoke can be taken back for this long. */
const followMs = 60_000;
const unread = 'What it would do could not be read; it can be revoked all the same.';

/**
 * Names the effect and takes a reason. What came of it stands in the corner, where it survives the
 * list that has lost its rows: how far the cut is, and the way back for a minute.
 */
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
  const [open, setOpen] = useState(false);
  const [effect, setEffect] = useState<string | null>(null);
  const toast = useToast();
  const change = (next: boolean) => {
    setOpen(next);
    if (!next) return;
    setEffect(null);
    actions.effect(grantIds).then(setEffect, () => setEffect(unread));
  };
  const follow = (state: DoneState) => {
    const results = JSON.parse(state.data.results ?? '[]') as BulkResult[];
    const revoked = results.filter((result) => result.ok).length;
    setOpen(false);
    onFinished?.();
    toast({
      look: revoked > 0 ? 'positive' : 'negative',
      text: `${plural(revoked, 'grant')} revoked`,
      content: <RevokeOutcome results={results} undo={actions.undo} />,
      durationMs: followMs,
    });
  };
  return (
    <Dialog
      trigger={trigger}
      title={grantIds.length === 1 ? 'Revoke this grant' : `Revoke ${plural(grantIds.length, 'grant')}`}
      open={open}
      onOpenChange={change}
      description={
        <p role="status" className="min-h-5 font-medium text-ink">
          {effect ?? 'Reading what it would do…'}
        </p>
      }
    >
      <ActionForm action={actions.revoke} quiet className="space-y-4" onDone={follow}>
        <input type="hidden" name="grantIds" value={grantIds.join(' ')} />
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
          <SubmitButton variant="danger" pendingText="Revoking…" disabled={effect === null}>
            Revoke
          </SubmitButton>
        </div>
      </ActionForm>
    </Dialog>
  );
}
