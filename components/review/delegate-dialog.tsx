'use client';

import { Forward } from 'lucide-react';
import { useState } from 'react';
import { ActionForm, SubmitButton } from '../ui/action-form.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField, TextArea } from '../ui/field.tsx';
import type { FormAction } from '../ui/form-state.ts';
import { type Option, Options } from '../ui/options.tsx';

/** Hands one's own duty for an item to an independent person. */
export function DelegateDialog({
  itemId,
  people,
  delegate,
}: {
  itemId: string;
  people: readonly Option[];
  delegate: FormAction;
}) {
  const [open, setOpen] = useState(false);
  if (people.length === 0) return null;
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button variant="ghost" size="sm">
          <Forward aria-hidden="true" /> Hand over
        </Button>
      }
      title="Hand this item over"
      description="The trace stays with the item. Who is not independent is refused."
    >
      <ActionForm action={delegate} className="space-y-4" onDone={() => setOpen(false)}>
        <input type="hidden" name="itemId" value={itemId} />
        <SelectField label="To" name="toPersonId" required>
          <Options options={people} />
        </SelectField>
        <TextArea label="Reason" name="reason" required maxLength={2000} />
        <div className="flex justify-end">
          <SubmitButton variant="primary" pendingText="Handing over…">
            Hand over
          </SubmitButton>
        </div>
      </ActionForm>
    </Dialog>
  );
}
