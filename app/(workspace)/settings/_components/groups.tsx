import { Plus, Users } from 'lucide-react';
import { Refusal } from '#components/layout/refusal';
import { FormDialog } from '#components/settings/form-dialog';
import { GroupList } from '#components/settings/group-list';
import { Button } from '#components/ui/button';
import { EmptyState } from '#components/ui/empty-state';
import { TextField } from '#components/ui/field';
import { may } from '#lib/auth/require-permission';
import { listGroups } from '#lib/people/index';
import { attempt } from '../../../_server/attempt.ts';
import { personChoices } from '../../../_server/choices.ts';
import { requireContext } from '../../../_server/context.ts';
import { addGroup, editGroup } from '../actions.ts';

export async function Groups() {
  const context = await requireContext();
  const [found, people] = await Promise.all([attempt(listGroups(context)), personChoices(context)]);
  if (!found.ok) return <Refusal code={found.error.code} message={found.error.message} />;
  const mayChange = may(context.actor, 'access.change');
  return (
    <div className="space-y-3">
      {mayChange ? (
        <FormDialog
          trigger={
            <Button size="sm">
              <Plus aria-hidden="true" /> New group
            </Button>
          }
          title="New group"
          action={addGroup}
          confirm="Add"
        >
          <TextField label="Name" name="name" required hint="Rules name it: @approve(&quot;dba&quot;)." />
        </FormDialog>
      ) : null}
      {found.value.length === 0 ? (
        <EmptyState icon={<Users />} title="No group">
          Rules ask groups for approvals: make one, and put approvers in it.
        </EmptyState>
      ) : (
        <GroupList
          groups={found.value}
          people={people}
          edit={mayChange ? editGroup : null}
          asks={context.secondAdmin === undefined}
        />
      )}
    </div>
  );
}
