'use client';

import { CheckField } from '../ui/field.tsx';

const actionTexts: readonly (readonly [action: string, text: string])[] = [
  ['read', 'Read rows'],
  ['write', 'Insert, update, delete rows'],
  ['schema', 'Create, alter, drop objects'],
  ['execute', 'Run functions that do more than compute'],
  ['admin', 'Settings, rights, maintenance'],
  ['egress', 'Send data to elsewhere from inside the target'],
];

/** What a grant allows, each with what it means. */
export function ActionFields() {
  return (
    <fieldset className="space-y-1.5">
      <legend className="mb-1 text-sm font-medium">Actions</legend>
      <div className="grid gap-1 sm:grid-cols-2">
        {actionTexts.map(([value, text]) => (
          <CheckField
            key={value}
            name="actions"
            value={value}
            label={value}
            hint={text}
            defaultChecked={value === 'read'}
          />
        ))}
      </div>
    </fieldset>
  );
}
