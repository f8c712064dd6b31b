'use client';

import { useRouter } from 'next/navigation';
import type { AgentDetail } from '#lib/agents/model';
import { ActionForm, SubmitButton } from '../ui/action-form.tsx';
import { Button } from '../ui/button.tsx';
import { CheckField, SelectField, TextArea, TextField } from '../ui/field.tsx';
import type { FormAction } from '../ui/form-state.ts';
import { Link } from '../ui/link.tsx';
import { type Option, Options } from '../ui/options.tsx';

/** An agent, new or known: who answers for it, how its token is recognised, what it builds. */
export function AgentForm({
  action,
  people,
  issuers,
  agent,
}: {
  action: FormAction;
  people: readonly Option[];
  issuers: readonly Option[];
  /** The one to change; its name stays. */
  agent?: AgentDetail;
}) {
  const router = useRouter();
  const back = agent ? `/agents?open=${agent.id}` : '/agents';
  return (
    <ActionForm
      action={action}
      className="space-y-4"
      onDone={(state) => router.push(state.data.id ? `/agents?open=${state.data.id}` : back)}
    >
      {agent ? (
        <input type="hidden" name="agentId" value={agent.id} />
      ) : (
        <TextField
          label="Name"
          name="name"
          required
          pattern="[a-z][a-z0-9_\-]{0,62}"
          hint="Lower-case letters, digits, - and _; it is the user name in connection strings."
        />
      )}
      <IdentityFields agent={agent} people={people} issuers={issuers} />
      <LifeFields agent={agent} />
      <div className="flex justify-end gap-2 border-t pt-4">
        <Button asChild>
          <Link href={back}>Cancel</Link>
        </Button>
        <SubmitButton variant="primary" pendingText="One moment…">
          {agent ? 'Save' : 'Add agent'}
        </SubmitButton>
      </div>
    </ActionForm>
  );
}

type Known = { agent: AgentDetail | undefined };

function IdentityFields({
  agent,
  people,
  issuers,
}: Known & { people: readonly Option[]; issuers: readonly Option[] }) {
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField
          label="Owner"
          name="ownerId"
          required
          defaultValue={agent?.owner?.id ?? ''}
          hint="Answers for it, and can’t approve its statements."
        >
          <Options options={people} />
        </SelectField>
        <SelectField
          label="Sponsor"
          name="sponsorId"
          defaultValue={agent?.sponsor?.id ?? ''}
          hint="Optional."
        >
          <Options options={people} first="Nobody" />
        </SelectField>
      </div>
      <SelectField
        label="Issuer"
        name="issuerId"
        required
        defaultValue={agent?.issuer.id ?? ''}
        hint="Whose tokens it presents."
      >
        <Options options={issuers} />
      </SelectField>
      <TextArea
        label="Claims that must match"
        name="matchClaims"
        required
        rows={3}
        className="font-mono"
        defaultValue={agent ? claimLines(agent.matchClaims) : ''}
        placeholder="sub=repo:acme/shop:ref:refs/heads/main"
        hint="name=value, one a line. All must match exactly."
      />
    </>
  );
}

/** What it builds, and whether that is still there. */
function LifeFields({ agent }: Known) {
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label="Repository"
          name="repository"
          defaultValue={agent?.repository ?? ''}
          hint="Optional: its life is bound to it."
        />
        <TextField
          label="Pipeline"
          name="pipeline"
          defaultValue={agent?.pipeline ?? ''}
          hint="Optional: its life is bound to it."
        />
      </div>
      {agent ? (
        <CheckField
          name="orphaned"
          label="What it builds is gone"
          hint="The agent is orphaned: its grants are stale, and reviews say so."
          defaultChecked={agent.orphanedAt !== null}
        />
      ) : null}
    </>
  );
}

function claimLines(claims: AgentDetail['matchClaims']): string {
  return Object.entries(claims)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
}
