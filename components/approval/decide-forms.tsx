'use client';

import { LogIn, ShieldAlert } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { ActionForm, SubmitButton } from '../ui/action-form.tsx';
import { Button } from '../ui/button.tsx';
import { Callout } from '../ui/callout.tsx';
import { TextArea } from '../ui/field.tsx';
import type { FormAction } from '../ui/form-state.ts';
import { Link } from '../ui/link.tsx';

/** Puts the cursor into the form's first field. */
function Focused({ children }: { children: ReactNode }) {
  const field = useId();
  useEffect(() => {
    document.getElementById(field)?.querySelector('textarea')?.focus();
  }, [field]);
  return (
    <div id={field} className="space-y-2">
      {children}
    </div>
  );
}

export function DenyForm({ id, deny, onCancel }: { id: string; deny: FormAction; onCancel: () => void }) {
  return (
    <ActionForm action={deny} label="Deny" className="space-y-2">
      <Shown id={id} />
      <Focused>
        <TextArea label="Reason, which the agent receives" name="reason" required maxLength={2000} rows={2} />
      </Focused>
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>Back</Button>
        <SubmitButton variant="danger" pendingText="Denying…">
          Deny
        </SubmitButton>
      </div>
    </ActionForm>
  );
}

/** A question, or a narrower statement: the agent reads it in its error and sends anew. */
export function AskForm({ id, ask, onCancel }: { id: string; ask: FormAction; onCancel: () => void }) {
  return (
    <ActionForm action={ask} label="Ask the agent" className="space-y-2" onDone={onCancel}>
      <input type="hidden" name="id" value={id} />
      <Focused>
        <TextArea
          label="Question or note, which the agent receives"
          name="text"
          required
          maxLength={2000}
          rows={2}
        />
        <TextArea
          label="A narrower statement (optional)"
          name="statement"
          rows={2}
          className="font-mono"
          hint="What the agent should send instead. It is decided anew when it comes."
        />
      </Focused>
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>Back</Button>
        <SubmitButton variant="primary" pendingText="Asking…">
          Ask
        </SubmitButton>
      </div>
    </ActionForm>
  );
}

export function AloneButton({ onClick }: { onClick: () => void }) {
  return (
    <Button variant="ghost" size="sm" onClick={onClick}>
      <ShieldAlert aria-hidden="true" /> Break glass…
    </Button>
  );
}

/** An emergency: one person, past groups and quorum, in plain sight of everybody. */
export function AloneForm({
  id,
  alone,
  signInAgainHref,
  onCancel,
}: {
  id: string;
  alone: FormAction;
  signInAgainHref: string | null;
  onCancel: () => void;
}) {
  return (
    <ActionForm action={alone} label="Break glass" className="space-y-2">
      <input type="hidden" name="id" value={id} />
      <Callout look="negative" title="You approve alone">
        It runs past groups and quorum. The ledger names it, and a finding stays open until somebody else has
        looked at it. What is yours you can’t approve this way either.
      </Callout>
      <Focused>
        <TextArea
          label="What is the emergency?"
          name="reason"
          required
          minLength={10}
          maxLength={2000}
          rows={2}
        />
      </Focused>
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>Back</Button>
        {signInAgainHref ? (
          <Button asChild variant="primary">
            <Link href={signInAgainHref}>
              <LogIn aria-hidden="true" /> Sign in again first
            </Link>
          </Button>
        ) : (
          <SubmitButton variant="danger" pendingText="Approving…">
            Approve alone
          </SubmitButton>
        )}
      </div>
    </ActionForm>
  );
}

/** The request's id, and how long it was in sight when the form was sent. */
export function Shown({ id }: { id: string }) {
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
