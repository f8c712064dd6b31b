import { Pencil } from 'lucide-react';
import type { PersonRow } from '#lib/people/model';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { CheckField } from '../ui/field.tsx';
import type { FormAction } from '../ui/form-state.ts';
import { InertText } from '../ui/inert-text.tsx';
import type { Option } from '../ui/options.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { FormDialog } from './form-dialog.tsx';
import { RoleFields } from './person-fields.tsx';
import { WhyField } from './why-field.tsx';

const shown: readonly Column<PersonRow>[] = [
  {
    key: 'name',
    head: 'Person',
    cell: (row) => (
      <span className={row.leftAt ? 'text-ink-faint line-through' : 'font-medium'}>
        <InertText text={row.name} />
      </span>
    ),
  },
  {
    key: 'email',
    head: 'Signs in as',
    grow: true,
    from: 'sm',
    cell: (row) => (
      <span className="text-ink-soft">
        <InertText text={row.emails.join(', ')} />
      </span>
    ),
  },
  {
    key: 'roles',
    head: 'Roles',
    cell: (row) => (
      <span className="flex gap-1">
        {row.roles.map(({ role, source }) => (
          <Badge key={role} tone={role === 'admin' ? 'accent' : 'neutral'} title={`by ${source}`}>
            {role}
          </Badge>
        ))}
      </span>
    ),
  },
  {
    key: 'groups',
    head: 'Groups',
    from: 'md',
    cell: (row) => <span className="text-ink-soft">{row.groups.map(({ name }) => name).join(', ')}</span>,
  },
  { key: 'agents', head: 'Owns', align: 'right', from: 'lg', cell: (row) => row.ownedAgents },
  {
    key: 'seen',
    head: 'Last sign-in',
    align: 'right',
    from: 'md',
    cell: (row) =>
      row.lastSignInAt ? (
        <RelativeTime at={row.lastSignInAt} />
      ) : (
        <span className="text-ink-faint">never</span>
      ),
  },
];

/** People with their roles; editable where `edit` is given. */
export function PeopleTable({
  rows,
  groups,
  edit,
  asks,
}: {
  rows: readonly PersonRow[];
  groups: readonly Option[];
  edit: FormAction | null;
  /** A second admin is asked. */
  asks: boolean;
}) {
  const columns = edit
    ? [
        ...shown,
        {
          key: 'edit',
          head: '',
          cell: (row: PersonRow) => <Edit row={row} groups={groups} edit={edit} asks={asks} />,
        },
      ]
    : shown;
  return <DataTable label="People" columns={columns} rows={rows} idOf={(row) => row.id} />;
}

function Edit({
  row,
  groups,
  edit,
  asks,
}: {
  row: PersonRow;
  groups: readonly Option[];
  edit: FormAction;
  asks: boolean;
}) {
  return (
    <FormDialog
      trigger={
        <Button variant="ghost" size="icon-sm" aria-label={`Change ${row.name}`}>
          <Pencil aria-hidden="true" />
        </Button>
      }
      title={`Change ${row.name}`}
      action={edit}
      confirm={asks ? 'Propose' : 'Save'}
    >
      <input type="hidden" name="personId" value={row.id} />
      <RoleFields
        roles={row.roles.map(({ role }) => role)}
        groups={groups}
        groupIds={row.groups.map(({ id }) => id)}
      />
      <CheckField
        name="left"
        label="Has left"
        hint="Can’t sign in; what they own is ownerless and shows as a finding."
        defaultChecked={row.leftAt !== null}
      />
      {asks ? <WhyField /> : null}
    </FormDialog>
  );
}
