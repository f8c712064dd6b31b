import { Pencil, Users } from 'lucide-react';
import type { GroupRow } from '#lib/people/model';
import { PersonName } from '../person/person-name.tsx';
import { Button } from '../ui/button.tsx';
import { CheckField } from '../ui/field.tsx';
import type { FormAction } from '../ui/form-state.ts';
import type { Option } from '../ui/options.tsx';
import { FormDialog } from './form-dialog.tsx';
import { WhyField } from './why-field.tsx';

/** Groups: who is in each, persons (who may approve) and agents (what policies name). */
export function GroupList({
  groups,
  people,
  edit,
  asks,
}: {
  groups: readonly GroupRow[];
  people: readonly Option[];
  edit: FormAction | null;
  /** A second admin is asked. */
  asks: boolean;
}) {
  return (
    <ul className="divide-y overflow-hidden rounded-lg border bg-surface">
      {groups.map((group) => (
        <li key={group.id} className="flex min-h-11 items-center gap-3 px-3 text-sm">
          <Users aria-hidden="true" className="size-4 shrink-0 text-ink-faint" />
          <span className="w-32 shrink-0 truncate font-medium">{group.name}</span>
          <span className="flex min-w-0 flex-1 flex-wrap gap-x-3 text-ink-soft">
            {group.persons.map((person) => (
              <PersonName key={person.id} person={person} />
            ))}
            {group.agents.map((agent) => (
              <span key={agent.id} className="text-ink-faint">
                {agent.name} (agent)
              </span>
            ))}
          </span>
          {edit ? (
            <FormDialog
              trigger={
                <Button variant="ghost" size="icon-sm" aria-label={`Change the group ${group.name}`}>
                  <Pencil aria-hidden="true" />
                </Button>
              }
              title={`Who is in ${group.name}`}
              action={edit}
              confirm={asks ? 'Propose' : 'Save'}
            >
              <input type="hidden" name="groupId" value={group.id} />
              <div>
                {membersOf(group, people).map((person) => (
                  <CheckField
                    key={person.value}
                    name="personIds"
                    value={person.value}
                    label={person.label}
                    defaultChecked={group.persons.some(({ id }) => id === person.value)}
                  />
                ))}
              </div>
              {asks ? <WhyField /> : null}
            </FormDialog>
          ) : null}
        </li>
      ))}
    </ul>
  );
}

/** Whoever is in it stays so when the form is saved, also a person who has left. */
function membersOf(group: GroupRow, people: readonly Option[]): readonly Option[] {
  const left = group.persons.filter(({ id }) => people.every(({ value }) => value !== id));
  return [...people, ...left.map(({ id, name }) => ({ value: id, label: `${name} (left)` }))];
}
