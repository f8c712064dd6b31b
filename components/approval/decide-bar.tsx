'use client';

import { useEffect, useId, useRef, useState } from 'react';
import { ActionForm, SubmitButton } from '../ui/action-form.tsx';
import { Button } from '../ui/button.tsx';
import { Callout } from '../ui/callout.tsx';
import { TextArea } from '../ui/field.tsx';
import type { FormAction } from '../ui/form-state.ts';
import { Kbd } from '../ui/kbd.tsx';
import { useShortcuts } from '../ui/shortcuts.ts';
import { TimeLeft } from './time-left.tsx';

/** Approve once, or deny with a reason that the agent receives. The single key a is off where risk is high. */
export function DecideBar({
  id,
  holdUntil,
  expiresAt,
  highRisk,
  blockedBecause,
  approve,
  deny,
}: {
  id: string;
  holdUntil: Date;
  expiresAt: Date;
  highRisk: boolean;
  blockedBecause: string | null;
  approve: FormAction;
  deny: FormAction;
}) {
  const [denying, setDenying] = useState(false);
  const form = useRef<HTMLDivElement>(null);
  useShortcuts({
    ...(highRisk || blockedBecause
      ? {}
      : { a: () => form.current?.querySelector<HTMLButtonElement>('[data-approve]')?.click() }),
    ...(blockedBecause ? {} : { d: () => setDenying(true) }),
  });
  if (blockedBecause) {
    return (
      <Callout title="You can’t answer this one">
        <p>{blockedBecause}</p>
      </Callout>
    );
  }
  return (
    <div ref={form} className="space-y-2">
      <div className="flex items-center justify-between">
        <TimeLeft holdUntil={holdUntil} expiresAt={expiresAt} />
        {highRisk ? <span className="text-xs text-ink-faint">High risk: no single key</span> : null}
      </div>
      {denying ? (
        <DenyForm id={id} deny={deny} onCancel={() => setDenying(false)} />
      ) : (
        <div className="grid grid-cols-2 gap-2">
          <ApproveForm id={id} approve={approve} highRisk={highRisk} />
          <Button variant="danger-quiet" size="lg" className="md:h-9" onClick={() => setDenying(true)}>
            Deny… <Kbd hidden>d</Kbd>
          </Button>
        </div>
      )}
    </div>
  );
}

function ApproveForm({ id, approve, highRisk }: { id: string; approve: FormAction; highRisk: boolean }) {
  return (
    <ActionForm action={approve} className="contents" label="Approve">
      <Shown id={id} />
      <SubmitButton variant="primary" size="lg" className="md:h-9" pendingText="Approving…" data-approve>
        Approve once {highRisk ? null : <Kbd hidden>a</Kbd>}
      </SubmitButton>
    </ActionForm>
  );
}

function DenyForm({ id, deny, onCancel }: { id: string; deny: FormAction; onCancel: () => void }) {
  const field = useId();
  useEffect(() => {
    document.getElementById(field)?.querySelector('textarea')?.focus();
  }, [field]);
  return (
    <ActionForm action={deny} label="Deny" className="space-y-2">
      <Shown id={id} />
      <div id={field}>
        <TextArea label="Reason, which the agent receives" name="reason" required maxLength={2000} rows={2} />
      </div>
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>Back</Button>
        <SubmitButton variant="danger" pendingText="Denying…">
          Deny
        </SubmitButton>
      </div>
    </ActionForm>
  );
}

/** The request's id, and how long it was in sight when the form was sent. */
function Shown({ id }: { id: string }) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const since = Date.now();
    const field = input.current;
    const form = field?.form;
    const stamp = () => {
      if (field) field.value = String(Date.now() - since);
    };
    form?.addEventListener('submit', stamp, { capture: true });
    return () => form?.removeEventListener('submit', stamp, { capture: true });
  }, []);
  return (
    <>
      <input type="hidden" name="id" value={id} />
      <input ref={input} type="hidden" name="dwellMs" defaultValue="" />
    </>
  );
}
