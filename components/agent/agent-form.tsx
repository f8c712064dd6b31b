'use client';

import { useRouter } from 'next/navigation';
import { ActionForm, SubmitButton } from '../ui/action-form.tsx';
import { Button } from '../ui/button.tsx';
import { SelectField, TextArea, TextField } from '../ui/field.tsx';
import type { FormAction } from '../ui/form-state.ts';
import { Link } from '../ui/link.tsx';
import { type Option, Options } from '../ui/options.tsx';

/** A new agent: its name, who answers for it, and how its token is recognised. */
export function AgentForm({
  action,
  people,
  issuers,
}: {
  action: FormAction;
  people: readonly Option[];
  issuers: readonly Option[];
}) {
  const router = useRouter();
  return (
    <ActionForm
      action={action}
      className="space-y-4"
      onDone={(state) => router.push(state.data.id ? `/agents?open=${state.data.id}` : '/agents')}
    >
      <TextField
        label="Name"
        name="name"
        required
        pattern="[a-z][a-z0-9_\-]{0,62}"
        hint="Lower-case letters, digits, - and _; it is the user name in connection strings."
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField
          label="Owner"
          name="ownerId"
          required
          hint="Answers for it, and can’t approve its statements."
        >
          <Options options={people} />
        </SelectField>
        <SelectField label="Sponsor" name="sponsorId" hint="Optional.">
          <Options options={people} first="Nobody" />
        </SelectField>
      </div>
      <SelectField label="Issuer" name="issuerId" required hint="Whose tokens it presents.">
        <Options options={issuers} />
      </SelectField>
      <TextArea
        label="Claims that must match"
        name="matchClaims"
        required
        rows={3}
        className="font-mono"
        placeholder="sub=repo:acme/shop:ref:refs/heads/main"
        hint="name=value, one a line. All must match exactly."
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField label="Repository" name="repository" hint="Optional: its life is bound to it." />
        <TextField label="Pipeline" name="pipeline" hint="Optional." />
      </div>
      <div className="flex justify-end gap-2 border-t pt-4">
        <Button asChild>
          <Link href="/agents">Cancel</Link>
        </Button>
        <SubmitButton variant="primary" pendingText="Adding…">
          Add agent
        </SubmitButton>
      </div>
    </ActionForm>
  );
}
