import { Undo2 } from 'lucide-react';
import { Refusal } from '#components/layout/refusal';
import { BacktestPanel } from '#components/policy/backtest';
import { PolicyDiff } from '#components/policy/diff';
import { VersionTable } from '#components/policy/version-table';
import { ActionForm, SubmitButton } from '#components/ui/action-form';
import { TextField } from '#components/ui/field';
import { Section } from '#components/ui/section';
import { may } from '#lib/auth/require-permission';
import { currentPolicies, getVersion, listVersions } from '#lib/policies/index';
import { attempt } from '../../../_server/attempt.ts';
import { requireContext } from '../../../_server/context.ts';
import { backtest, publish } from '../actions.ts';

/** Every version; the chosen one against the one before it, and the way back to it. */
export async function Versions({ chosen }: { chosen: number | undefined }) {
  const context = await requireContext();
  const found = await attempt(listVersions(context));
  if (!found.ok) return <Refusal code={found.error.code} message={found.error.message} />;
  return (
    <div className="space-y-4">
      <VersionTable
        rows={found.value}
        hrefOf={(row) => `/policies?view=versions&version=${row.number}`}
        selected={chosen}
      />
      {chosen === undefined ? null : (
        <Chosen number={chosen} mayChange={may(context.actor, 'access.change')} />
      )}
    </div>
  );
}

async function Chosen({ number, mayChange }: { number: number; mayChange: boolean }) {
  const context = await requireContext();
  const [version, before, active] = await Promise.all([
    attempt(getVersion(context, number)),
    number > 1 ? attempt(getVersion(context, number - 1)) : null,
    attempt(currentPolicies(context)),
  ]);
  if (!version.ok) return <Refusal code={version.error.code} message={version.error.message} />;
  const basedOn = active.ok ? active.value?.number : undefined;
  return (
    <Section
      title={`What version ${number} changed`}
      action={
        mayChange && !version.value.active ? (
          <ActionForm action={publish} className="flex flex-wrap items-end gap-2" label="Roll back">
            <input type="hidden" name="basedOn" value={basedOn ?? ''} />
            {version.value.files.map((file) => (
              <span key={file.name} hidden>
                <input type="hidden" name="name" value={file.name} />
                <textarea name="text" readOnly value={file.text} hidden />
              </span>
            ))}
            <TextField label="Reason" name="reason" required defaultValue={`Back to version ${number}`} />
            <SubmitButton pendingText="Publishing…">
              <Undo2 aria-hidden="true" /> Publish it again
            </SubmitButton>
          </ActionForm>
        ) : null
      }
    >
      <div className="space-y-3">
        {version.value.active || !may(context.actor, 'session.list') ? null : (
          <BacktestPanel files={version.value.files} run={backtest} />
        )}
        <PolicyDiff older={before?.ok ? before.value.files : []} newer={version.value.files} />
      </div>
    </Section>
  );
}
