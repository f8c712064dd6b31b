import { UserPlus } from 'lucide-react';
import { Refusal } from '#components/layout/refusal';
import { FormDialog } from '#components/settings/form-dialog';
import { PeopleTable } from '#components/settings/people-table';
import { RoleFields } from '#components/settings/person-fields';
import { WhyField } from '#components/settings/why-field';
import { Button } from '#components/ui/button';
import { TextField } from '#components/ui/field';
import { FilterBar } from '#components/ui/filter-bar';
import { plural } from '#components/ui/number';
import { may } from '#lib/auth/require-permission';
import { listPeople } from '#lib/people/index';
import { attempt } from '../../../_server/attempt.ts';
import { groupChoices } from '../../../_server/choices.ts';
import { requireContext } from '../../../_server/context.ts';
import { addPerson, editPerson } from '../actions.ts';

export async function People() {
  const context = await requireContext();
  const [found, groups] = await Promise.all([attempt(listPeople(context)), groupChoices(context)]);
  if (!found.ok) return <Refusal code={found.error.code} message={found.error.message} />;
  const asks = context.secondAdmin === undefined;
  const mayChange = may(context.actor, 'access.change');
  return (
    <div className="space-y-3">
      <FilterBar
        path="/settings"
        params={{}}
        filters={[]}
        count={plural(found.value.length, 'person', 'people')}
        exportHref="/api/export/people"
      >
        {mayChange ? (
          <FormDialog
            trigger={
              <Button size="sm">
                <UserPlus aria-hidden="true" /> Add a person
              </Button>
            }
            title="Add a person"
            action={addPerson}
            confirm="Add"
          >
            <TextField label="Name" name="name" required maxLength={200} />
            <TextField
              label="E-mail"
              name="email"
              type="email"
              required
              hint="As the organisation’s sign-in says it, verified."
            />
            <RoleFields roles={[]} groups={groups} groupIds={[]} />
            {asks ? <WhyField /> : null}
          </FormDialog>
        ) : null}
      </FilterBar>
      <PeopleTable rows={found.value} groups={groups} edit={mayChange ? editPerson : null} asks={asks} />
    </div>
  );
}
