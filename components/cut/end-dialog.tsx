'use client';

import { type ReactNode, useState } from 'react';
import { ActionForm, SubmitButton } from '../ui/action-form.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogClose } from '../ui/dialog.tsx';
import { TextArea } from '../ui/field.tsx';
import type { FormAction } from '../ui/form-state.ts';
import { CutProgress } from './cut-progress.tsx';

/** Asks for a reason, names the effect first, and then shows how far the cut is. */
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
  const [cutId, setCutId] = useState<string | null>(null);
  const [finished, setFinished] = useState(false);
  return (
    <Dialog
      trigger={trigger}
      title={title}
      description={effect}
      onOpenChange={(open) => {
        if (open) {
          setCutId(null);
          setFinished(false);
        }
      }}
    >
      {finished ? (
        <div className="space-y-4">
          {cutId ? <CutProgress cutId={cutId} /> : <p className="text-sm">Done.</p>}
          <div className="flex justify-end">
            <DialogClose asChild>
              <Button>Close</Button>
            </DialogClose>
          </div>
        </div>
      ) : (
        <ActionForm
          action={action}
          quiet
          onDone={(state) => {
            setCutId(state.data.cutId ?? null);
            setFinished(true);
          }}
          className="space-y-4"
        >
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
      )}
    </Dialog>
  );
}
