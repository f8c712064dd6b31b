'use client';

import { LogIn, MessageCircleQuestion } from 'lucide-react';
import { useRef, useState } from 'react';
import { ActionForm, SubmitButton } from '../ui/action-form.tsx';
import { Button } from '../ui/button.tsx';
import { Callout } from '../ui/callout.tsx';
import type { FormAction } from '../ui/form-state.ts';
import { Kbd } from '../ui/kbd.tsx';
import { Link } from '../ui/link.tsx';
import { useShortcuts } from '../ui/shortcuts.ts';
import { AloneButton, AloneForm, AskForm, DenyForm, Shown } from './decide-forms.tsx';
import { TimeLeft } from './time-left.tsx';

type Mode = 'choose' | 'deny' | 'ask' | 'alone';

export interface DecideActions {
  readonly approve: FormAction;
  readonly deny: FormAction;
  readonly ask: FormAction;
  /** Null: not in the group that may. */
  readonly alone: FormAction | null;
}

/** Approve once, deny with a reason that the agent receives, or ask first. No single key where risk is high. */
export function DecideBar({
  id,
  holdUntil,
  expiresAt,
  highRisk,
  signInNeeded,
  signInAgainHref,
  blockedBecause,
  actions,
}: {
  id: string;
  holdUntil: Date;
  expiresAt: Date;
  highRisk: boolean;
  /** Approving asks for a fresh sign-in. */
  signInNeeded: boolean;
  /** Where to prove who one is; null: done lately. */
  signInAgainHref: string | null;
  blockedBecause: string | null;
  actions: DecideActions;
}) {
  const [mode, setMode] = useState<Mode>('choose');
  const form = useRef<HTMLDivElement>(null);
  const back = () => setMode('choose');
  useShortcuts({
    ...(highRisk || blockedBecause
      ? {}
      : { a: () => form.current?.querySelector<HTMLButtonElement>('[data-approve]')?.click() }),
    ...(blockedBecause ? {} : { d: () => setMode('deny') }),
  });
  if (mode === 'alone' && actions.alone) {
    return <AloneForm id={id} alone={actions.alone} signInAgainHref={signInAgainHref} onCancel={back} />;
  }
  if (blockedBecause) {
    return (
      <Callout title="You can’t answer this one">
        <p>{blockedBecause}</p>
        {actions.alone ? <AloneButton onClick={() => setMode('alone')} /> : null}
      </Callout>
    );
  }
  return (
    <div ref={form} className="space-y-2">
      <div className="flex items-center justify-between">
        <TimeLeft holdUntil={holdUntil} expiresAt={expiresAt} />
        {highRisk ? <span className="text-xs text-ink-faint">High risk: no single key</span> : null}
      </div>
      {mode === 'deny' ? <DenyForm id={id} deny={actions.deny} onCancel={back} /> : null}
      {mode === 'ask' ? <AskForm id={id} ask={actions.ask} onCancel={back} /> : null}
      {mode === 'choose' ? (
        <Choices
          id={id}
          highRisk={highRisk}
          signInHref={signInNeeded ? signInAgainHref : null}
          actions={actions}
          choose={setMode}
        />
      ) : null}
    </div>
  );
}

function Choices({
  id,
  highRisk,
  signInHref,
  actions,
  choose,
}: {
  id: string;
  highRisk: boolean;
  signInHref: string | null;
  actions: DecideActions;
  choose: (mode: Mode) => void;
}) {
  return (
    <>
      <div className="grid grid-cols-2 gap-2">
        {signInHref ? (
          <Button asChild variant="primary" size="lg" className="md:h-9">
            <Link href={signInHref}>
              <LogIn aria-hidden="true" /> Sign in again first
            </Link>
          </Button>
        ) : (
          <ApproveForm id={id} approve={actions.approve} highRisk={highRisk} />
        )}
        <Button variant="danger-quiet" size="lg" className="md:h-9" onClick={() => choose('deny')}>
          Deny… <Kbd hidden>d</Kbd>
        </Button>
      </div>
      <div className="flex flex-wrap justify-between gap-2">
        <Button variant="ghost" size="sm" onClick={() => choose('ask')}>
          <MessageCircleQuestion aria-hidden="true" /> Ask the agent…
        </Button>
        {actions.alone ? <AloneButton onClick={() => choose('alone')} /> : null}
      </div>
    </>
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
