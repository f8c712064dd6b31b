'use client';

import { useState } from 'react';
import { ActionForm, SubmitButton } from '../ui/action-form.tsx';
import { Button } from '../ui/button.tsx';
import { CheckField, SelectField, TextArea } from '../ui/field.tsx';
import type { FormAction } from '../ui/form-state.ts';
import { Options } from '../ui/options.tsx';
import { spansUpTo } from './span.ts';

interface Asked {
  readonly id: string;
  readonly actions: readonly string[];
  readonly scope: readonly string[];
  readonly durationSeconds: number;
}

type Mode = 'choose' | 'narrower' | 'deny';

/** Approve as asked, approve less, or deny with a reason. */
export function DecideAccess({ asked, decide }: { asked: Asked; decide: FormAction }) {
  const [mode, setMode] = useState<Mode>('choose');
  if (mode === 'choose') {
    return (
      <div className="flex flex-wrap justify-end gap-2">
        <Button variant="danger-quiet" onClick={() => setMode('deny')}>
          Deny…
        </Button>
        <Button onClick={() => setMode('narrower')}>Approve less…</Button>
        <ActionForm action={decide} label="Approve">
          <Answer id={asked.id} answer="approve" />
          <SubmitButton variant="primary" pendingText="Approving…">
            Approve as asked
          </SubmitButton>
        </ActionForm>
      </div>
    );
  }
  return (
    <ActionForm action={decide} className="space-y-3" label={mode === 'deny' ? 'Deny' : 'Approve less'}>
      <Answer id={asked.id} answer={mode === 'deny' ? 'deny' : 'approve'} />
      {mode === 'deny' ? (
        <TextArea label="Reason, which the agent receives" name="reason" required maxLength={2000} rows={2} />
      ) : (
        <Narrower asked={asked} />
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={() => setMode('choose')}>Back</Button>
        <SubmitButton variant={mode === 'deny' ? 'danger' : 'primary'} pendingText="Sending…">
          {mode === 'deny' ? 'Deny' : 'Approve this'}
        </SubmitButton>
      </div>
    </ActionForm>
  );
}

function Answer({ id, answer }: { id: string; answer: 'approve' | 'deny' }) {
  return (
    <>
      <input type="hidden" name="requestId" value={id} />
      <input type="hidden" name="answer" value={answer} />
    </>
  );
}

function Narrower({ asked }: { asked: Asked }) {
  return (
    <>
      <fieldset className="flex flex-wrap gap-x-4 gap-y-1">
        <legend className="mb-1 text-sm font-medium">Actions</legend>
        {asked.actions.map((action) => (
          <CheckField key={action} name="actions" value={action} label={action} defaultChecked />
        ))}
      </fieldset>
      <TextArea
        label="Scope"
        name="scope"
        required
        rows={Math.min(4, asked.scope.length + 1)}
        defaultValue={asked.scope.join('\n')}
        className="font-mono"
        hint="One pattern a line, inside what was asked for."
      />
      <SelectField label="For" name="durationSeconds" defaultValue={String(asked.durationSeconds)}>
        <Options options={spansUpTo(asked.durationSeconds)} first={null} />
      </SelectField>
      <TextArea label="Reason (optional)" name="reason" maxLength={2000} rows={2} />
    </>
  );
}
