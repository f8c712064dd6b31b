'use client';

import { useRouter } from 'next/navigation';
import { ActionForm, SubmitButton } from '../ui/action-form.tsx';
import { Button } from '../ui/button.tsx';
import { SelectField, TextArea, TextField } from '../ui/field.tsx';
import type { FormAction } from '../ui/form-state.ts';
import { Link } from '../ui/link.tsx';
import { type Option, Options } from '../ui/options.tsx';
import { ActionFields } from './action-fields.tsx';

/** A new grant: agent × resource × actions × scope, with a reason and an end. */
export function GrantForm({
  action,
  agents,
  resources,
  untilDefault,
}: {
  action: FormAction;
  agents: readonly Option[];
  resources: readonly Option[];
  /** `2027-02-22` */
  untilDefault: string;
}) {
  const router = useRouter();
  return (
    <ActionForm
      action={action}
      className="space-y-5"
      onDone={(state) => router.push(state.data.id ? `/grants?open=${state.data.id}` : '/grants')}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField label="Agent" name="agentId" required>
          <Options options={agents} />
        </SelectField>
        <SelectField label="Resource" name="resourceId" required>
          <Options options={resources} />
        </SelectField>
      </div>
      <ActionFields />
      <TextArea
        label="Scope"
        name="scope"
        required
        rows={3}
        defaultValue="public.*"
        className="font-mono"
        hint="One pattern a line: public.orders, public.* or *. The narrower, the shorter the next review."
      />
      <TextArea
        label="Reason"
        name="reason"
        required
        maxLength={2000}
        rows={2}
        hint="The task that needs it; reviewers read it."
      />
      <TextField
        label="Until"
        name="until"
        type="date"
        defaultValue={untilDefault}
        hint="The end of this day, UTC. A grant without an end counts as stale."
        className="max-w-56"
      />
      <div className="flex justify-end gap-2 border-t pt-4">
        <Button asChild>
          <Link href="/grants">Cancel</Link>
        </Button>
        <SubmitButton variant="primary" pendingText="Granting…">
          Give grant
        </SubmitButton>
      </div>
    </ActionForm>
  );
}
