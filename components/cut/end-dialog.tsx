'use client';

import { type ReactNode, useState } from 'react';
import { ActionForm, SubmitButton } from '../ui/action-form.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogClose } from '../ui/dialog.tsx';
import { TextArea } from '../ui/field.tsx';
import type { DoneState, FormAction } from '../ui/form-state.ts';
import { useToast } from '../ui/toast.tsx';
import { CutProgress } from './cut-progress.tsx';

const followMs = 20_000;

/** Asks for a reason, names the effect first; how far the cut is stands in the corner afterwards. */
export function EndDialog({
  trigger,
  title,
  effect,
  confirm,
  action,
  fields,
}: {
  trigger: ReactNode;
  title: string;
  effect: ReactNode;
  confirm: string;
  action: FormAction;
  fields: Readonly<Record<string, string>>;
}) {
  const [open, setOpen] = useState(false);
  const toast = useToast();
  const follow = (state: DoneState) => {
    setOpen(false);
    toast({
      look: 'positive',
      text: state.message,
      ...(state.data.cutId
        ? { content: <CutProgress cutIds={[state.data.cutId]} />, durationMs: followMs }
        : {}),
    });
  };
  return (
    <Dialog trigger={trigger} title={title} description={effect} open={open} onOpenChange={setOpen}>
      <ActionForm action={action} quiet onDone={follow} className="space-y-4">
        {Object.entries(fields).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <TextArea label="Reason" name="reason" required maxLength={2000} hint="It stands in the ledger." />
        <div className="flex justify-end gap-2">
          <DialogClose asChild>
            <Button>Cancel</Button>
          </DialogClose>
          <SubmitButton variant="danger" pendingText="One moment…">
            {confirm}
          </SubmitButton>
        </div>
      </ActionForm>
    </Dialog>
  );
}
