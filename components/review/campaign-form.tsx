'use client';

import { useRouter } from 'next/navigation';
import { grantSources } from '#lib/grants/model';
import type { CampaignScope, ReviewerRules } from '#lib/reviews/model';
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

export interface CampaignDefaults {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly dueInBusinessDays: number;
  readonly scope: CampaignScope;
  readonly rules: ReviewerRules;
  readonly riskAnalysis: string;
}

/** Scope, period, reviewers, clock, and the risk analysis that they rest on: set up, or changed. */
export function CampaignForm({
  action,
  choices,
  defaults,
  draftId,
}: {
  action: FormAction;
  choices: CampaignChoices;
  defaults: CampaignDefaults;
  /** The draft that is changed; absent: a new one. */
  draftId?: string;
}) {
  const router = useRouter();
  const back = draftId ? `/reviews/${draftId}` : '/reviews';
  return (
    <ActionForm
      action={action}
      className="space-y-5"
      onDone={(state) => router.push(state.data.id ? `/reviews/${state.data.id}` : back)}
    >
      {draftId ? <input type="hidden" name="campaignId" value={draftId} /> : null}
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
      </div>
      <ScopeFields choices={choices} scope={defaults.scope} />
      <ReviewerFields choices={choices} defaults={defaults} />
      {draftId ? null : (
        <SelectField
          label="Comes again"
          name="repeats"
          hint="The next is set up by itself, as a draft, when its period is over. Who runs reviews launches it."
        >
          <Options options={rhythms} first="Not by itself" />
        </SelectField>
      )}
      <TextArea
        label="Risk analysis"
        name="riskAnalysis"
        required
        rows={3}
        defaultValue={defaults.riskAnalysis}
        hint="What scope and frequency rest on (PCI DSS 12.3.1); it stands in the pack."
      />
      <div className="flex justify-end gap-2 border-t pt-4">
        <Button asChild>
          <Link href={back}>Cancel</Link>
        </Button>
        <SubmitButton variant="primary" pendingText="One moment…">
          {draftId ? 'Save and preview' : 'Set up and preview'}
        </SubmitButton>
      </div>
    </ActionForm>
  );
}

const rhythms: readonly Option[] = ['quarterly', 'half-yearly', 'yearly'].map((one) => ({
  value: one,
  label: one,
}));

function ScopeFields({ choices, scope }: { choices: CampaignChoices; scope: CampaignScope }) {
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <Several label="Agents" name="agentIds" options={choices.agents} chosen={scope.agentIds} />
        <Several
          label="Resources"
          name="resourceIds"
          options={choices.resources}
          chosen={scope.resourceIds}
        />
        <Checks
          label="Environments"
          name="environments"
          values={['production', 'staging', 'development']}
          chosen={scope.environments}
        />
        <Checks label="Granted in" name="sources" values={grantSources} chosen={scope.sources} />
      </div>
      <CheckField
        name="privilegedOnly"
        label="Privileged grants only"
        defaultChecked={scope.privilegedOnly}
      />
    </>
  );
}

function Several({
  label,
  name,
  options,
  chosen,
}: {
  label: string;
  name: string;
  options: readonly Option[];
  chosen: readonly string[] | null;
}) {
  return (
    <SelectField
      label={label}
      name={name}
      multiple
      size={4}
      defaultValue={[...(chosen ?? [])]}
      className="[&_select]:h-auto"
      hint="None chosen: all. Ctrl or ⌘ chooses several."
    >
      <Options options={options} first={null} />
    </SelectField>
  );
}

function Checks({
  label,
  name,
  values,
  chosen,
}: {
  label: string;
  name: string;
  values: readonly string[];
  chosen: readonly string[] | null;
}) {
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-medium">{label}</legend>
      <div className="flex flex-wrap gap-x-5">
        {values.map((one) => (
          <CheckField
            key={one}
            name={name}
            value={one}
            label={one}
            defaultChecked={chosen?.includes(one) ?? false}
          />
        ))}
      </div>
      <p className="text-xs text-ink-faint">None chosen: all of them.</p>
    </fieldset>
  );
}

function ReviewerFields({ choices, defaults }: { choices: CampaignChoices; defaults: CampaignDefaults }) {
  const { rules } = defaults;
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <SelectField
        label="Second reviewers of privileged grants"
        name="securityGroup"
        required
        defaultValue={rules.securityGroup}
      >
        {choices.groups.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </SelectField>
      <SelectField
        label="Fallback reviewer"
        name="fallbackPersonId"
        defaultValue={rules.fallbackPersonId ?? ''}
        hint="Where the technical owner is missing or not independent."
      >
        <Options options={choices.people} first="Nobody" />
      </SelectField>
      <TextField
        label="Due, business days from now"
        name="dueInBusinessDays"
        type="number"
        min={1}
        max={90}
        defaultValue={defaults.dueInBusinessDays}
        required
      />
      <TextField
        label="Second look, per cent of what is kept"
        name="spotCheckPercent"
        type="number"
        min={0}
        max={100}
        defaultValue={Math.round((rules.spotCheckShare ?? 0) * 100)}
        required
        hint="Drawn at random when everything is decided; another person looks at them."
      />
    </div>
  );
}
