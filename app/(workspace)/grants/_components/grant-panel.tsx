import { Scissors, Undo2 } from 'lucide-react';
import { GrantFacts } from '#components/grant/grant-detail';
import { PermissionTable } from '#components/grant/permission-table';
import { RevokeDialog } from '#components/grant/revoke-dialog';
import { Refusal } from '#components/layout/refusal';
import { ActionForm, SubmitButton } from '#components/ui/action-form';
import { Button } from '#components/ui/button';
import { Section } from '#components/ui/section';
import { SidePanel } from '#components/ui/side-panel';
import { type GrantDetail, getGrant } from '#lib/grants/index';
import { permissionsWithUsage } from '#lib/usage/index';
import { attempt } from '../../../_server/attempt.ts';
import { requireContext } from '../../../_server/context.ts';
import { revoke, revokeEffect, undo } from '../actions.ts';

const dayMs = 24 * 60 * 60 * 1000;
const windowDays = 90;

export async function GrantPanel({ id, closeHref }: { id: string; closeHref: string }) {
  const context = await requireContext();
  const grant = await attempt(getGrant(context, id));
  if (!grant.ok) {
    return (
      <SidePanel title="Grant" label="Grant" closeHref={closeHref} openedBy={id}>
        <Refusal code={grant.error.code} message={grant.error.message} />
      </SidePanel>
    );
  }
  return (
    <SidePanel
      title="Grant"
      label={`Grant of ${grant.value.agent.name} on ${grant.value.resource.name}`}
      closeHref={closeHref}
      openedBy={id}
      actions={<Actions grant={grant.value} />}
    >
      <GrantFacts grant={grant.value} />
      {grant.value.source === 'countersign' ? <Permissions id={id} /> : null}
    </SidePanel>
  );
}

async function Permissions({ id }: { id: string }) {
  const context = await requireContext();
  const now = context.clock.now();
  const permissions = await attempt(
    permissionsWithUsage(context, id, { from: new Date(now.getTime() - windowDays * dayMs), to: now }),
  );
  return (
    <Section title={`Permissions, last ${windowDays} days`}>
      {permissions.ok && permissions.value.length > 0 ? (
        <PermissionTable rows={permissions.value} />
      ) : (
        <p className="text-sm text-ink-soft">
          {permissions.ok
            ? 'The resource’s catalog was not read yet: it is read when the first session opens.'
            : permissions.error.message}
        </p>
      )}
    </Section>
  );
}

function Actions({ grant }: { grant: GrantDetail }) {
  if (!grant.may.change) return null;
  if (grant.state === 'active') {
    return (
      <RevokeDialog
        grantIds={[grant.id]}
        actions={{ effect: revokeEffect, revoke, undo }}
        trigger={
          <Button variant="danger-quiet" size="sm">
            <Scissors aria-hidden="true" /> Revoke…
          </Button>
        }
      />
    );
  }
  if (grant.undoUntil && grant.undoUntil.getTime() > Date.now()) {
    return (
      <ActionForm action={undo} label="Take the revoke back">
        <input type="hidden" name="grantIds" value={grant.id} />
        <SubmitButton size="sm" pendingText="One moment…">
          <Undo2 aria-hidden="true" /> Grant again
        </SubmitButton>
      </ActionForm>
    );
  }
  return null;
}
