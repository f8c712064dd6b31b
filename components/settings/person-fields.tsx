import { CheckField } from '../ui/field.tsx';
import type { Option } from '../ui/options.tsx';

const roleTexts = [
  ['admin', 'Changes grants, agents, resources, policies, people'],
  ['approver', 'Answers held statements in their groups'],
  ['auditor', 'Reads everything, signs campaigns, exports evidence'],
  ['owner', 'Sees what their own agents do'],
] as const;

/** Roles and groups of a person, as check boxes. */
export function RoleFields({
  roles,
  groups,
  groupIds,
}: {
  roles: readonly string[];
  groups: readonly Option[];
  groupIds: readonly string[];
}) {
  return (
    <>
      <fieldset className="space-y-1">
        <legend className="mb-1 text-sm font-medium">Roles</legend>
        {roleTexts.map(([role, text]) => (
          <CheckField
            key={role}
            name="roles"
            value={role}
            label={role}
            hint={text}
            defaultChecked={roles.includes(role)}
          />
        ))}
      </fieldset>
      {groups.length > 0 ? (
        <fieldset>
          <legend className="mb-1 text-sm font-medium">Groups</legend>
          {groups.map((group) => (
            <CheckField
              key={group.value}
              name="groupIds"
              value={group.value}
              label={group.label}
              defaultChecked={groupIds.includes(group.value)}
            />
          ))}
        </fieldset>
      ) : null}
    </>
  );
}
