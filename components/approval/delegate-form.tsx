'use client';

import { ActionForm, SubmitButton } from '../ui/action-form.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import type { FormAction } from '../ui/form-state.ts';
import { type Option, Options } from '../ui/options.tsx';

/** Names who answers in one's groups for a time. */
export function DelegateForm({ action, people }: { action: FormAction; people: readonly Option[] }) {
  return (
    <ActionForm action={action} className="space-y-4" label="Name a stand-in">
      <div className="grid gap-4 sm:grid-cols-3">
        <SelectField label="Stand-in" name="toPersonId" required>
          <Options options={people} />
        </SelectField>
        <TextField label="From" name="from" type="date" hint="Empty: now." />
        <TextField label="Until" name="until" type="date" required hint="The end of this day, UTC." />
      </div>
      <TextField label="Reason" name="reason" required maxLength={2000} placeholder="On leave" />
      <div className="flex justify-end">
        <SubmitButton variant="primary" pendingText="One moment…">
          Name the stand-in
        </SubmitButton>
      </div>
    </ActionForm>
  );
}
