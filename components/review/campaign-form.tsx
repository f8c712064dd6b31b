'use client';

import { useRouter } from 'next/navigation';
import { ActionForm, SubmitButton } from '../ui/action-form.tsx';
import { Button } from '../ui/button.tsx';
import { CheckField, SelectField, TextArea, TextField } from '../ui/field.tsx';
import type { FormAction } from '../ui/form-state.ts';
import { Link } from '../ui/link.tsx';
import { type Option, Options } from '../ui/options.tsx';

export interface CampaignChoices {
  readonly agents: readonly Option[];
  readonly resources: readonly Option[];
  readonly people: readonly Option[];
  /** By name. */
  readonly groups: readonly string[];
}

/** Scope, period, reviewers, clock, and the risk analysis that they rest on. */
export function CampaignForm({
  action,
  choices,
  defaults,
}: {
  action: FormAction;
  choices: CampaignChoices;
  defaults: { readonly name: string; readonly from: string; readonly to: string };
}) {
  const router = useRouter();
  return (
    <ActionForm
      action={action}
      className="space-y-5"
      onDone={(state) => router.push(state.data.id ? `/reviews/${state.data.id}` : '/reviews')}
    >
      <TextField label="Name" name="name" required maxLength={120} defaultValue={defaults.name} />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField label="Period from" name="periodFrom" type="date" required defaultValue={defaults.from} />
        <TextField
          label="Period to"
          name="periodTo"
          type="date"
          required
          defaultValue={defaults.to}
          hint="The end of this day, UTC, or now."
        />
        <SelectField label="Agents" name="agentId">
          <Options options={choices.agents} first="All agents" />
        </SelectField>
        <SelectField label="Resources" name="resourceId">
          <Options options={choices.resources} first="All resources" />
        </SelectField>
      </div>
      <fieldset>
        <legend className="mb-1 text-sm font-medium">Environments</legend>
        <div className="flex flex-wrap gap-x-5">
          {['production', 'staging', 'development'].map((one) => (
            <CheckField key={one} name="environments" value={one} label={one} />
          ))}
        </div>
        <p className="text-xs text-ink-faint">None chosen: all of them.</p>
      </fieldset>
      <CheckField name="privilegedOnly" label="Privileged grants only" />
      <ReviewerFields choices={choices} />
      <TextArea
        label="Risk analysis"
        name="riskAnalysis"
        required
        rows={3}
        hint="What scope and frequency rest on (PCI DSS 12.3.1); it stands in the pack."
      />
      <div className="flex justify-end gap-2 border-t pt-4">
        <Button asChild>
          <Link href="/reviews">Cancel</Link>
        </Button>
        <SubmitButton variant="primary" pendingText="Setting up…">
          Set up and preview
        </SubmitButton>
      </div>
    </ActionForm>
  );
}

function ReviewerFields({ choices }: { choices: CampaignChoices }) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <SelectField label="Second reviewers of privileged grants" name="securityGroup" required>
        {choices.groups.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </SelectField>
      <SelectField
        label="Fallback reviewer"
        name="fallbackPersonId"
        hint="Where the technical owner is missing or not independent."
      >
        <Options options={choices.people} first="Nobody" />
      </SelectField>
      <TextField
        label="Due, business days after launch"
        name="dueInBusinessDays"
        type="number"
        min={1}
        max={90}
        defaultValue={15}
        required
      />
    </div>
  );
}
