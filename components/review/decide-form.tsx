'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import type { ItemChoice } from '#lib/reviews/model';
import type { Generalisation, ReductionProposal } from '#lib/reviews/reduction/model';
import { ActionForm, SubmitButton } from '../ui/action-form.tsx';
import { Callout } from '../ui/callout.tsx';
import { classNames } from '../ui/class-names.ts';
import { TextArea } from '../ui/field.tsx';
import type { Answer, FormAction } from '../ui/form-state.ts';
import { Kbd } from '../ui/kbd.tsx';
import { useShortcuts } from '../ui/shortcuts.ts';
import { Reduction } from './reduction.tsx';

const choices: readonly (readonly [choice: ItemChoice, label: string, effect: string])[] = [
  ['approve', 'Approve', 'The access stays as it is. Until sign-off you may decide anew.'],
  [
    'reduce',
    'Reduce',
    'A smaller grant takes its place at once. It can still be revoked; only an admin widens it again.',
  ],
  [
    'revoke',
    'Revoke',
    'The access ends at once; live sessions are cut. Only an admin can give it again, which shows here.',
  ],
  ['dont_know', 'Don’t know', 'Somebody else is asked. Until sign-off you may decide anew.'],
];

export type Propose = (itemId: string, generalisation: Generalisation) => Promise<Answer<ReductionProposal>>;

/** Four answers, by click or 1–4; a reason where one must be given; for Reduce the replay first. */
export function DecideForm({
  itemId,
  reasonNeeded,
  nextHref,
  decide,
  propose,
}: {
  itemId: string;
  reasonNeeded: Readonly<Record<ItemChoice, string | null>>;
  /** The item after this one; the queue when it is the last. */
  nextHref: string;
  decide: FormAction;
  propose: Propose;
}) {
  const router = useRouter();
  const [choice, setChoice] = useState<ItemChoice | null>(null);
  const looked = useLooked();
  const form = useRef<HTMLDivElement>(null);
  useRecordKeys(form);
  useShortcuts(Object.fromEntries(choices.map(([one], index) => [String(index + 1), () => setChoice(one)])));
  return (
    <ActionForm
      action={decide}
      label="Decide"
      className="space-y-3"
      onDone={() => router.push(nextHref, { scroll: false })}
    >
      <div ref={form} className="contents">
        <input type="hidden" name="itemId" value={itemId} />
        <input type="hidden" name="choice" value={choice ?? ''} />
        <input ref={looked.dwell} type="hidden" name="dwellMs" defaultValue="" />
        <input ref={looked.opened} type="hidden" name="evidenceOpened" defaultValue="" />
        <fieldset>
          <legend className="sr-only">Decision</legend>
          <div className="grid grid-cols-2 gap-1.5 sm:grid-cols-4">
            {choices.map(([one, label], index) => (
              <button
                key={one}
                type="button"
                aria-pressed={choice === one}
                onClick={() => setChoice(one)}
                className={classNames(
                  'flex h-9 items-center justify-center gap-1.5 rounded-md border text-sm font-medium',
                  choice === one
                    ? 'border-accent bg-accent-wash text-accent'
                    : 'border-line-strong bg-raised hover:bg-hover',
                )}
              >
                {label} <Kbd hidden>{String(index + 1)}</Kbd>
              </button>
            ))}
          </div>
        </fieldset>
        {choice ? (
          <Chosen
            key={choice}
            choice={choice}
            itemId={itemId}
            needed={reasonNeeded[choice]}
            propose={propose}
          />
        ) : null}
      </div>
    </ActionForm>
  );
}

function Chosen({
  choice,
  itemId,
  needed,
  propose,
}: {
  choice: ItemChoice;
  itemId: string;
  needed: string | null;
  propose: Propose;
}) {
  const [blocked, setBlocked] = useState(choice === 'reduce');
  const reason = useRef<HTMLTextAreaElement>(null);
  // Who chose by a key goes on typing.
  useEffect(() => reason.current?.focus(), []);
  const effect = choices.find(([one]) => one === choice)?.[2];
  return (
    <div className="space-y-3">
      <p className="text-sm text-ink-soft">{effect}</p>
      {choice === 'reduce' ? (
        <Reduction itemId={itemId} propose={propose} onReady={(ready) => setBlocked(!ready)} />
      ) : null}
      {needed ? <Callout>{needed}</Callout> : null}
      <TextArea
        ref={reason}
        label={needed ? 'Reason' : 'Reason (not required)'}
        name="reason"
        required={needed !== null}
        maxLength={2000}
        rows={2}
      />
      <div className="flex items-center justify-end gap-2 text-xs text-ink-faint">
        <span className="hidden items-center gap-1 sm:flex">
          <Kbd>Ctrl</Kbd> <Kbd>Enter</Kbd>
        </span>
        <SubmitButton
          variant={choice === 'revoke' ? 'danger' : 'primary'}
          disabled={blocked}
          pendingText="Recording…"
        >
          {choices.find(([one]) => one === choice)?.[1]} and go on
        </SubmitButton>
      </div>
    </div>
  );
}

/** Ctrl Enter (⌘ Enter) presses the button, as long as it can be pressed. */
function useRecordKeys(place: { readonly current: HTMLElement | null }): void {
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
      const button = place.current?.querySelector<HTMLButtonElement>('button[type="submit"]');
      if (!button || document.querySelector('[role="dialog"][data-state="open"]')) return;
      event.preventDefault();
      button.click();
    };
    document.addEventListener('keydown', hear);
    return () => document.removeEventListener('keydown', hear);
  }, [place]);
}

/** How long the item was in sight, and which evidence was opened, stamped when the form is sent. */
function useLooked() {
  const dwell = useRef<HTMLInputElement>(null);
  const opened = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const since = Date.now();
    const seen = new Set<string>();
    const note = (event: Event) => {
      const link =
        event.target instanceof Element ? event.target.closest<HTMLElement>('[data-evidence]') : null;
      if (link?.dataset.evidence) seen.add(link.dataset.evidence);
    };
    const stamp = () => {
      if (dwell.current) dwell.current.value = String(Date.now() - since);
      if (opened.current) opened.current.value = [...seen].join('\n');
    };
    const form = dwell.current?.form;
    document.addEventListener('click', note, { capture: true });
    form?.addEventListener('submit', stamp, { capture: true });
    return () => {
      document.removeEventListener('click', note, { capture: true });
      form?.removeEventListener('submit', stamp, { capture: true });
    };
  }, []);
  return { dwell, opened };
}
