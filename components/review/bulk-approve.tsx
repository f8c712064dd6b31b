'use client';

import { Check } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { ActionForm, SubmitButton } from '../ui/action-form.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextArea } from '../ui/field.tsx';
import type { FormAction } from '../ui/form-state.ts';
import { Selection } from '../ui/selection.tsx';

/** Approves several items that policy allows together: low risk, nothing unused. */
export function BulkApprove({ approve, children }: { approve: FormAction; children: ReactNode }) {
  return (
    <Selection
      name="itemId"
      bar={(itemIds, clear) => <BulkDialog itemIds={itemIds} approve={approve} onFinished={clear} />}
    >
      {children}
    </Selection>
  );
}

function BulkDialog({
  itemIds,
  approve,
  onFinished,
}: {
  itemIds: readonly string[];
  approve: FormAction;
  onFinished: () => void;
}) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button variant="primary" size="sm">
          <Check aria-hidden="true" /> Approve {itemIds.length}…
        </Button>
      }
      title={`Approve ${itemIds.length} items`}
      description="Only items without risk and with nothing unused can be approved together. Each gets a decision of its own."
    >
      <ActionForm
        action={approve}
        className="space-y-4"
        onDone={() => {
          setOpen(false);
          onFinished();
        }}
      >
        {itemIds.map((id) => (
          <input key={id} type="hidden" name="itemId" value={id} />
        ))}
        <TextArea label="Reason (not required)" name="reason" maxLength={2000} rows={2} />
        <div className="flex justify-end">
          <SubmitButton variant="primary" pendingText="Approving…">
            Approve {itemIds.length}
          </SubmitButton>
        </div>
      </ActionForm>
    </Dialog>
  );
}
