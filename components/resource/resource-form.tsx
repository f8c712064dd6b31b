'use client';

import { useRouter } from 'next/navigation';
import type { ResourceDetail } from '#lib/resources/model';
import { ActionForm, SubmitButton } from '../ui/action-form.tsx';
import { Button } from '../ui/button.tsx';
import { CheckField, SelectField, TextArea, TextField } from '../ui/field.tsx';
import type { FormAction } from '../ui/form-state.ts';
import { Link } from '../ui/link.tsx';
import { type Option, Options } from '../ui/options.tsx';
import { SessionFields } from './session-fields.tsx';

/** A Postgres target, new or known. Its credentials go in and never come out. */
export function ResourceForm({
  action,
  people,
  groups,
  resource,
}: {
  action: FormAction;
  people: readonly Option[];
  groups: readonly Option[];
  /** The one to change; its name and kind stay. */
  resource?: ResourceDetail;
}) {
  const router = useRouter();
  const back = resource ? `/resources?open=${resource.id}` : '/resources';
  const approvers = new Set(resource?.approverGroups.map(({ id }) => id));
  return (
    <ActionForm
      action={action}
      className="space-y-4"
      onDone={(state) => router.push(state.data.id ? `/resources?open=${state.data.id}` : back)}
    >
      {resource ? <input type="hidden" name="resourceId" value={resource.id} /> : null}
      <PlaceFields resource={resource} />
      <CredentialFields resource={resource} />
      <SessionFields resource={resource} />
      <SelectField
        label="Technical owner"
        name="ownerId"
        defaultValue={resource?.owner?.id ?? ''}
        hint="Reviews the grants on it."
      >
        <Options options={people} first="Nobody" />
      </SelectField>
      {groups.length > 0 ? (
        <fieldset>
          <legend className="mb-1 text-sm font-medium">Approver groups</legend>
          {groups.map((group) => (
            <CheckField
              key={group.value}
              name="approverGroupIds"
              value={group.value}
              label={group.label}
              defaultChecked={approvers.has(group.value)}
            />
          ))}
        </fieldset>
      ) : null}
      <div className="flex justify-end gap-2 border-t pt-4">
        <Button asChild>
          <Link href={back}>Cancel</Link>
        </Button>
        <SubmitButton variant="primary" pendingText="One moment…">
          {resource ? 'Save' : 'Add resource'}
        </SubmitButton>
      </div>
    </ActionForm>
  );
}

type Known = { resource: ResourceDetail | undefined };

function PlaceFields({ resource }: Known) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      {resource ? null : (
        <TextField label="Name" name="name" required hint="The database name that agents connect to." />
      )}
      <SelectField
        label="Environment"
        name="environment"
        defaultValue={resource?.environment ?? 'production'}
        hint="Rules are stricter in production."
      >
        <option>production</option>
        <option>staging</option>
        <option>development</option>
      </SelectField>
      <TextField label="Host" name="host" required defaultValue={resource?.host ?? ''} />
      <TextField
        label="Port"
        name="port"
        type="number"
        min={1}
        max={65_535}
        defaultValue={resource?.port ?? 5432}
        required
      />
      <TextField label="Database" name="database" required defaultValue={resource?.database ?? ''} />
      <SelectField
        label="Recording"
        name="durability"
        defaultValue={resource?.durability ?? 'process'}
        hint="What stands before a statement goes on."
      >
        <option value="process">written before each statement</option>
        <option value="disk">synced to disk before each statement</option>
      </SelectField>
    </div>
  );
}

function CredentialFields({ resource }: Known) {
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label="User"
          name="username"
          required
          defaultValue={resource?.username ?? ''}
          hint="Neither superuser nor owner of the data."
        />
        <TextField
          label="Password"
          name="password"
          type="password"
          autoComplete="off"
          hint={
            resource?.hasCredential
              ? 'One is sealed. Empty: it stays; wanted again where host, port or TLS change.'
              : 'Sealed; never shown again.'
          }
        />
        <SelectField label="TLS to the target" name="tls" defaultValue={resource?.tls ?? 'verify-full'}>
          <option value="verify-full">verify-full</option>
          <option value="require">require</option>
          <option value="disable">disable</option>
        </SelectField>
      </div>
      {resource?.hasCredential ? (
        <CheckField name="removePassword" label="Forget the sealed password" />
      ) : null}
      <TextArea
        label="CA certificate"
        name="caCertificate"
        rows={3}
        className="font-mono"
        defaultValue={resource?.caCertificate ?? ''}
        hint="PEM; empty: the system’s."
      />
    </>
  );
}
