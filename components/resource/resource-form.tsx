'use client';

import { useRouter } from 'next/navigation';
import { ActionForm, SubmitButton } from '../ui/action-form.tsx';
import { Button } from '../ui/button.tsx';
import { CheckField, SelectField, TextArea, TextField } from '../ui/field.tsx';
import type { FormAction } from '../ui/form-state.ts';
import { Link } from '../ui/link.tsx';
import { type Option, Options } from '../ui/options.tsx';

/** A new Postgres target. Its credential goes in and never comes out. */
export function ResourceForm({
  action,
  people,
  groups,
}: {
  action: FormAction;
  people: readonly Option[];
  groups: readonly Option[];
}) {
  const router = useRouter();
  return (
    <ActionForm
      action={action}
      className="space-y-4"
      onDone={(state) => router.push(state.data.id ? `/resources?open=${state.data.id}` : '/resources')}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField label="Name" name="name" required hint="The database name that agents connect to." />
        <SelectField label="Environment" name="environment" hint="Rules are stricter in production.">
          <option>production</option>
          <option>staging</option>
          <option>development</option>
        </SelectField>
        <TextField label="Host" name="host" required />
        <TextField label="Port" name="port" type="number" min={1} max={65_535} defaultValue={5432} required />
        <TextField label="Database" name="database" required />
        <TextField label="User" name="username" required hint="Neither superuser nor owner of the data." />
        <TextField
          label="Password"
          name="password"
          type="password"
          autoComplete="off"
          hint="Sealed; never shown again."
        />
        <SelectField label="TLS to the target" name="tls">
          <option value="verify-full">verify-full</option>
          <option value="require">require</option>
          <option value="disable">disable</option>
        </SelectField>
      </div>
      <TextArea
        label="CA certificate"
        name="caCertificate"
        rows={3}
        className="font-mono"
        hint="PEM; empty: the system’s."
      />
      <SelectField label="Technical owner" name="ownerId" hint="Reviews the grants on it.">
        <Options options={people} first="Nobody" />
      </SelectField>
      {groups.length > 0 ? (
        <fieldset>
          <legend className="mb-1 text-sm font-medium">Approver groups</legend>
          {groups.map((group) => (
            <CheckField key={group.value} name="approverGroupIds" value={group.value} label={group.label} />
          ))}
        </fieldset>
      ) : null}
      <div className="flex justify-end gap-2 border-t pt-4">
        <Button asChild>
          <Link href="/resources">Cancel</Link>
        </Button>
        <SubmitButton variant="primary" pendingText="Adding…">
          Add resource
        </SubmitButton>
      </div>
    </ActionForm>
  );
}
