'use client';

import { useRouter } from 'next/navigation';
import { ActionFields } from '../grant/action-fields.tsx';
import { ActionForm, SubmitButton } from '../ui/action-form.tsx';
import { Button } from '../ui/button.tsx';
import { SelectField, TextArea } from '../ui/field.tsx';
import type { FormAction } from '../ui/form-state.ts';
import { Link } from '../ui/link.tsx';
import { type Option, Options } from '../ui/options.tsx';
import { spans } from './span.ts';

/** Asks for a grant for an agent; somebody independent answers. */
export function AccessRequestForm({
  action,
  agents,
  resources,
}: {
  action: FormAction;
  agents: readonly Option[];
  resources: readonly Option[];
}) {
  const router = useRouter();
  return (
    <ActionForm
      action={action}
      className="space-y-5"
      onDone={(state) =>
        router.push(state.data.id ? `/approvals/access?open=${state.data.id}` : '/approvals/access')
      }
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
        className="font-mono"
        hint="One pattern a line: public.orders, public.* or *. Ask for what the task needs, no more."
      />
      <TextArea
        label="Reason"
        name="reason"
        required
        maxLength={2000}
        rows={2}
        hint="The task that needs it; who answers reads it, and so do reviewers later."
      />
      <SelectField label="For" name="durationSeconds" defaultValue={spans[2].value} className="max-w-56">
        <Options options={spans} first={null} />
      </SelectField>
      <div className="flex justify-end gap-2 border-t pt-4">
        <Button asChild>
          <Link href="/grants">Cancel</Link>
        </Button>
        <SubmitButton variant="primary" pendingText="Asking…">
          Ask for access
        </SubmitButton>
      </div>
    </ActionForm>
  );
}
