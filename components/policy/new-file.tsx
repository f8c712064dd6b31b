import { useState } from 'react';
import { policyFileName } from '#lib/policies/model';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';

/** Adds an empty file to a draft; it is published with the others. */
export function NewFile({ taken, add }: { taken: readonly string[]; add: (name: string) => void }) {
  const [name, setName] = useState('');
  const fault = faultOf(name, taken);
  const done = () => {
    if (name === '' || fault !== undefined) return;
    add(name);
    setName('');
  };
  return (
    <div className="flex flex-wrap items-end gap-2">
      <TextField
        label="New file"
        className="w-64 max-w-full"
        placeholder="payments.cedar"
        maxLength={80}
        value={name}
        error={fault}
        onChange={(event) => setName(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          // Not the form's own Enter, which would publish.
          event.preventDefault();
          done();
        }}
      />
      <Button disabled={name === '' || fault !== undefined} onClick={done}>
        Add file
      </Button>
    </div>
  );
}

function faultOf(name: string, taken: readonly string[]): string | undefined {
  if (name === '') return undefined;
  if (taken.includes(name)) return 'There is a file of this name.';
  return policyFileName.test(name) ? undefined : 'Letters, digits, - _ and . only.';
}
