'use client';

import {
  createContext,
  type FormEvent,
  type ReactNode,
  startTransition,
  useActionState,
  useContext,
  useEffect,
  useRef,
} from 'react';
import { Button, type ButtonProps } from './button.tsx';
import { Callout } from './callout.tsx';
import { type DoneState, type FormAction, type FormState, idleForm } from './form-state.ts';
import { useToast } from './toast.tsx';

const Pending = createContext(false);

/**
 * A form that calls a server action: what was typed stays when it is refused, the reason stands
 * above the buttons, success is a toast.
 */
export function ActionForm({
  action,
  children,
  onDone,
  quiet = false,
  className,
  label,
}: {
  action: FormAction;
  children: ReactNode;
  onDone?: (state: DoneState) => void;
  /** No toast of its own: the caller says what came of it. */
  quiet?: boolean;
  className?: string;
  label?: string;
}) {
  const toast = useToast();
  const done = useRef(onDone);
  useEffect(() => {
    done.current = onDone;
  });
  // Said here and not in an effect: the page that comes back with the answer may no longer hold this form.
  const act: FormAction = async (before, form) => {
    const state = await action(before, form);
    if (state.kind === 'done') {
      if (!quiet) toast({ look: 'positive', text: state.message });
      done.current?.(state);
    }
    return state;
  };
  const [state, run, pending] = useActionState<FormState, FormData>(act, idleForm);

  // React would empty the form after every action, also after a refused one.
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (pending) return;
    const submitter = event.nativeEvent instanceof SubmitEvent ? event.nativeEvent.submitter : null;
    const form = new FormData(event.currentTarget, submitter);
    startTransition(() => run(form));
  };
  return (
    <form action={run} onSubmit={submit} className={className} aria-label={label}>
      <Pending value={pending}>{children}</Pending>
      {state.kind === 'refused' ? <Refused state={state} /> : null}
    </form>
  );
}

function Refused({ state }: { state: Extract<FormState, { kind: 'refused' }> }) {
  return (
    <Callout look="negative" role="alert" className="mt-3" title={state.message}>
      {state.details.length > 1 ? (
        <ul className="list-disc pl-4">
          {state.details.map((detail) => (
            <li key={`${detail.at} ${detail.message}`}>
              {detail.at ? <code className="font-mono text-xs">{detail.at}</code> : null} {detail.message}
            </li>
          ))}
        </ul>
      ) : null}
    </Callout>
  );
}

/** The button of an `ActionForm`: disabled, and saying so, while the action runs. */
export function SubmitButton({
  pendingText,
  children,
  disabled,
  ...rest
}: ButtonProps & { pendingText?: string }) {
  const pending = useContext(Pending);
  return (
    <Button type="submit" disabled={pending || disabled} aria-busy={pending || undefined} {...rest}>
      {pending && pendingText ? pendingText : children}
    </Button>
  );
}
