'use client';

import { useState } from 'react';
import { ActionForm, SubmitButton } from '../ui/action-form.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextArea, TextField } from '../ui/field.tsx';
import type { FormAction } from '../ui/form-state.ts';

/** Accepts a deviation with a reason and an end. */
export function ExceptionDialog({
  campaignId,
  subject,
  sentence,
  action,
}: {
  campaignId: string;
  subject: { readonly grantId: string } | { readonly itemId: string };
  sentence: string;
  action: FormAction;
}) {
  const [open, setOpen] = useState(false);
  const [name, value] = 'grantId' in subject ? ['grantId', subject.grantId] : ['itemId', subject.itemId];
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      trigger={<Button size="sm">Accept an exception…</Button>}
      title="Accept an exception"
      description={sentence}
    >
      <ActionForm action={action} className="space-y-4" onDone={() => setOpen(false)}>
        <input type="hidden" name="campaignId" value={campaignId} />
        <input type="hidden" name={name} value={value} />
        <TextArea
          label="Reason"
          name="reason"
          required
          maxLength={2000}
          hint="It stands in the pack under your name."
        />
        <TextField label="Ends on" name="endsAt" type="date" required className="max-w-56" />
        <div className="flex justify-end">
          <SubmitButton variant="primary" pendingText="Accepting…">
            Accept
          </SubmitButton>
        </div>
      </ActionForm>
    </Dialog>
  );
}
