'use client';

import { Snowflake } from 'lucide-react';
import { useState } from 'react';
import { ActionForm, SubmitButton } from '../ui/action-form.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField, TextArea, TextField } from '../ui/field.tsx';
import type { FormAction } from '../ui/form-state.ts';

export function FreezeForm({ action }: { action: FormAction }) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button size="sm">
          <Snowflake aria-hidden="true" /> Freeze…
        </Button>
      }
      title="Freeze an environment"
      description="In this time nothing but reads runs there, in live sessions too, except for the agents you name."
    >
      <ActionForm action={action} className="space-y-4" onDone={() => setOpen(false)}>
        <SelectField label="Environment" name="environment">
          <option>production</option>
          <option>staging</option>
          <option>development</option>
        </SelectField>
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField label="Begins (UTC)" name="startsAt" type="datetime-local" hint="Empty: at once." />
          <TextField label="Ends (UTC)" name="endsAt" type="datetime-local" required />
        </div>
        <TextField label="But not for" name="exceptions" hint="Names of agents, comma-separated." />
        <TextArea
          label="Reason"
          name="reason"
          required
          maxLength={2000}
          hint="Agents read it when they are refused."
        />
        <div className="flex justify-end">
          <SubmitButton variant="danger" pendingText="Freezing…">
            Freeze
          </SubmitButton>
        </div>
      </ActionForm>
    </Dialog>
  );
}
