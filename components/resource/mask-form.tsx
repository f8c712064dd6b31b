'use client';

import { Pencil, Plus } from 'lucide-react';
import { useState } from 'react';
import type { MaskRow } from '#lib/resources/model';
import { ActionForm, SubmitButton } from '../ui/action-form.tsx';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import type { FormAction } from '../ui/form-state.ts';
import { MaskTerms } from './mask-terms.tsx';

const formLook = 'w-full space-y-3 rounded-md border bg-sunken p-3';

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
    <ActionForm action={action} onDone={() => setOpen(false)} className={formLook} label="Mask a column">
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
      <MaskTerms />
      <TextField label="Why" name="reason" maxLength={500} hint="Optional; stands beside the column." />
      <FormButtons cancel={() => setOpen(false)} text="Mask" pendingText="Masking…" />
    </ActionForm>
  );
}

/** Another way to hide a column: a second admin is asked before it counts. */
export function MaskChangeForm({ mask, action }: { mask: MaskRow; action: FormAction }) {
  const [open, setOpen] = useState(false);
  if (!open) {
    return (
      <Button
        variant="ghost"
        size="icon-sm"
        aria-label={`Change the mask of ${mask.column}`}
        onClick={() => setOpen(true)}
      >
        <Pencil aria-hidden="true" />
      </Button>
    );
  }
  return (
    <ActionForm
      action={action}
      onDone={() => setOpen(false)}
      className={`order-last ${formLook}`}
      label={`Change the mask of ${mask.column}`}
    >
      <input type="hidden" name="maskId" value={mask.id} />
      <MaskTerms mask={mask} />
      <FormButtons cancel={() => setOpen(false)} text="Change" pendingText="Changing…" />
    </ActionForm>
  );
}

function FormButtons({
  cancel,
  text,
  pendingText,
}: {
  cancel: () => void;
  text: string;
  pendingText: string;
}) {
  return (
    <div className="flex justify-end gap-2">
      <Button size="sm" onClick={cancel}>
        Cancel
      </Button>
      <SubmitButton size="sm" variant="primary" pendingText={pendingText}>
        {text}
      </SubmitButton>
    </div>
  );
}
