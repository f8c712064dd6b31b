'use client';

import { type ReactNode, useState } from 'react';
import { ActionForm, SubmitButton } from './action-form.tsx';
import { Button } from './button.tsx';
import { Dialog, DialogClose } from './dialog.tsx';
import { TextArea } from './field.tsx';
import type { DoneState, FormAction } from './form-state.ts';

export interface ReasonDialogProps {
  readonly trigger: ReactNode;
  readonly title: string;
  /** What will have happened afterwards. */
  readonly effect: ReactNode;
  readonly confirm: string;
  readonly action: FormAction;
  readonly fields: Readonly<Record<string, string>>;
}

/** Names an effect first, then asks for the reason of it. */
export function ReasonDialog({
  trigger,
  title,
  effect,
  confirm,
  action,
  fields,
  danger = false,
  onDone,
}: ReasonDialogProps & {
  readonly danger?: boolean;
  /** Says itself what came of it; else a toast does. */
  readonly onDone?: (state: DoneState) => void;
}) {
  const [open, setOpen] = useState(false);
  const done = (state: DoneState) => {
    setOpen(false);
    onDone?.(state);
  };
  return (
    <Dialog trigger={trigger} title={title} description={effect} open={open} onOpenChange={setOpen}>
      <ActionForm action={action} quiet={onDone !== undefined} onDone={done} className="space-y-4">
        {Object.entries(fields).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <TextArea label="Reason" name="reason" required maxLength={2000} hint="It stands in the ledger." />
        <div className="flex justify-end gap-2">
          <DialogClose asChild>
            <Button>Cancel</Button>
          </DialogClose>
          <SubmitButton variant={danger ? 'danger' : 'primary'} pendingText="One moment…">
            {confirm}
          </SubmitButton>
        </div>
      </ActionForm>
    </Dialog>
  );
}
