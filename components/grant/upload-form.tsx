'use client';

import { Upload } from 'lucide-react';
import { type ChangeEvent, useState } from 'react';
import { fileCharsMax, importSources } from '#lib/grants/imports/model';
import { FormDialog } from '../settings/form-dialog.tsx';
import { Button } from '../ui/button.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import type { FormAction } from '../ui/form-state.ts';
import { Options } from '../ui/options.tsx';

/** Hands over everything that a source gave at one moment. All of the file is taken, or nothing. */
export function UploadForm({ upload }: { upload: FormAction }) {
  const [tooLarge, setTooLarge] = useState(false);
  const look = (event: ChangeEvent<HTMLInputElement>) => {
    const large = (event.target.files?.[0]?.size ?? 0) > fileCharsMax;
    event.target.setCustomValidity(large ? 'Larger than 4 MB.' : '');
    setTooLarge(large);
  };
  return (
    <FormDialog
      trigger={
        <Button variant="primary">
          <Upload aria-hidden="true" /> Hand over a reading…
        </Button>
      }
      title="Everything that a source gives"
      description="What is not in the file counts as gone there. All of it is taken, or nothing."
      action={upload}
      confirm="Take over"
    >
      <SelectField label="Source" name="source" required>
        <Options options={importSources.map((one) => ({ value: one, label: one }))} />
      </SelectField>
      <TextField
        label="Read at (UTC)"
        name="readAt"
        type="datetime-local"
        step={1}
        hint="Leave empty where a JSON file says it as readAt."
      />
      <TextField
        label="File, CSV or JSON"
        name="file"
        type="file"
        accept=".csv,.json,text/csv,application/json"
        required
        onChange={look}
        error={tooLarge ? 'Larger than 4 MB: a connector reads as much.' : undefined}
        hint="Columns: externalId, agent, resource, actions, scope, reason, endsAt. Several actions or scopes in a cell are split by ;"
      />
    </FormDialog>
  );
}
