'use client';

import { Plus } from 'lucide-react';
import { useState } from 'react';
import { ActionForm, SubmitButton } from '../ui/action-form.tsx';
import { Button } from '../ui/button.tsx';
import { CheckField, SelectField, TextField } from '../ui/field.tsx';
import type { FormAction } from '../ui/form-state.ts';

const kinds = [
  ['fixed', 'fixed: the same text for every value'],
  ['partial', 'partial: a few characters stay'],
  ['hash', 'hash: equal values stay equal'],
  ['null', 'null: nothing at all'],
  ['generalise', 'generalise: less exact'],
] as const;

export function MaskForm({
  resourceId,
  columns,
  action,
}: {
  resourceId: string;
  /** Columns of the catalog that are not masked yet. */
  columns: readonly string[];
  action: FormAction;
}) {
  const [open, setOpen] = useState(false);
  if (!open) {
    return (
      <Button size="sm" onClick={() => setOpen(true)}>
        <Plus aria-hidden="true" /> Mask a column
      </Button>
    );
  }
  return (
    <ActionForm
      action={action}
      onDone={() => setOpen(false)}
      className="w-full space-y-3 rounded-md border bg-sunken p-3"
      label="Mask a column"
    >
      <input type="hidden" name="resourceId" value={resourceId} />
      <TextField
        label="Column"
        name="column"
        required
        list={`columns-${resourceId}`}
        placeholder="public.customers.email"
        className="font-mono"
      />
      <datalist id={`columns-${resourceId}`}>
        {columns.map((column) => (
          <option key={column} value={column} />
        ))}
      </datalist>
      <SelectField label="How" name="kind">
        {kinds.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </SelectField>
      <TextField label="Why" name="reason" maxLength={500} hint="Optional; stands beside the column." />
      <CheckField
        name="lookup"
        value="equality"
        label="May be looked up by = constant"
        hint="An agent that knows the value may find its row; it learns nothing else."
      />
      <div className="flex justify-end gap-2">
        <Button size="sm" onClick={() => setOpen(false)}>
          Cancel
        </Button>
        <SubmitButton size="sm" variant="primary" pendingText="Masking…">
          Mask
        </SubmitButton>
      </div>
    </ActionForm>
  );
}
