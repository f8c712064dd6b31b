'use client';

import { type ReactNode, useState } from 'react';
import { ActionForm, SubmitButton } from '../ui/action-form.tsx';
import { Dialog } from '../ui/dialog.tsx';
import type { FormAction } from '../ui/form-state.ts';

/** A form in a dialog that closes when it is done. */
export function FormDialog({
  trigger,
  title,
  description,
  action,
  confirm,
  children,
}: {
  trigger: ReactNode;
  title: string;
  description?: string;
  action: FormAction;
  confirm: string;
  children: ReactNode;
}) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      trigger={trigger}
      title={title}
      {...(description ? { description } : {})}
    >
      <ActionForm action={action} className="space-y-4" onDone={() => setOpen(false)}>
        {children}
        <div className="flex justify-end">
          <SubmitButton variant="primary" pendingText="One moment…">
            {confirm}
          </SubmitButton>
        </div>
      </ActionForm>
    </Dialog>
  );
}
