'use client';

import { Check, Dices, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { SpotCheckView, SpotDrawView } from '#lib/reviews/spot/model';
import { FormDialog } from '../settings/form-dialog.tsx';
import { ActionForm, SubmitButton } from '../ui/action-form.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { CopyText } from '../ui/copy.tsx';
import { SelectField, TextArea } from '../ui/field.tsx';
import type { FormAction } from '../ui/form-state.ts';
import { InertText } from '../ui/inert-text.tsx';
import { TextLink } from '../ui/link.tsx';
import { type Option, Options } from '../ui/options.tsx';
import { Section } from '../ui/section.tsx';

export interface SpotActions {
  readonly draw: FormAction;
  readonly assign: FormAction;
  readonly answer: FormAction;
}

/** Kept items that a second person looks at, and how they were drawn. */
export function SpotCheckList({
  campaignId,
  spot,
  people,
  mayDraw,
  actions,
}: {
  campaignId: string;
  spot: { readonly draws: readonly SpotDrawView[]; readonly checks: readonly SpotCheckView[] };
  /** For naming who looks; empty: this person names nobody. */
  people: readonly Option[];
  mayDraw: boolean;
  actions: SpotActions;
}) {
  return (
    <Section
      title="Second look"
      action={
        mayDraw ? (
          <ActionForm action={actions.draw} label="Draw">
            <input type="hidden" name="campaignId" value={campaignId} />
            <SubmitButton size="sm" pendingText="Drawing…">
              <Dices aria-hidden="true" /> Draw kept items
            </SubmitButton>
          </ActionForm>
        ) : null
      }
    >
      {spot.checks.length === 0 ? (
        <p className="text-sm text-ink-soft">
          When everything is decided, some of the kept items are drawn and looked at by somebody else.
        </p>
      ) : null}
      <ul className="space-y-2">
        {spot.checks.map((check) => (
          <Checked
            key={check.itemId}
            campaignId={campaignId}
            check={check}
            people={people}
            actions={actions}
          />
        ))}
      </ul>
      {spot.draws.map((draw) => (
        <p key={draw.id} className="flex flex-wrap items-center gap-x-1.5 text-xs text-ink-faint">
          {draw.drawn} of {draw.keeps} kept drawn by {draw.by}, seed
          <CopyText text={draw.seed} shorten={8} label="seed of the draw" />
        </p>
      ))}
    </Section>
  );
}

function Checked({
  campaignId,
  check,
  people,
  actions,
}: {
  campaignId: string;
  check: SpotCheckView;
  people: readonly Option[];
  actions: SpotActions;
}) {
  return (
    <li className="space-y-1.5 rounded-md border bg-surface px-3 py-2 text-sm">
      <div className="flex flex-wrap items-center gap-2">
        <Outcome outcome={check.outcome} />
        <TextLink href={`/reviews/${campaignId}?open=${check.itemId}`}>
          <InertText text={check.sentence} />
        </TextLink>
      </div>
      <div className="flex flex-wrap items-center justify-between gap-2 text-ink-soft">
        <span>
          {check.checker ? check.checker.name : 'Nobody independent was found'}
          {check.reason ? (
            <>
              : “<InertText text={check.reason} />”
            </>
          ) : null}
        </span>
        <span className="flex gap-2">
          {check.mayAnswer ? <AnswerDialog itemId={check.itemId} answer={actions.answer} /> : null}
          {people.length > 0 && check.outcome === null ? (
            <FormDialog
              trigger={<Button size="sm">{check.checker ? 'Another person…' : 'Name somebody…'}</Button>}
              title="Who looks at it"
              description="Independent of the grant, and not a reviewer of this item; others are refused."
              action={actions.assign}
              confirm="Name"
            >
              <input type="hidden" name="itemId" value={check.itemId} />
              <SelectField label="Person" name="toPersonId" required>
                <Options options={people} />
              </SelectField>
              <TextArea label="Reason" name="reason" required maxLength={2000} rows={2} />
            </FormDialog>
          ) : null}
        </span>
      </div>
    </li>
  );
}

function Outcome({ outcome }: { outcome: SpotCheckView['outcome'] }) {
  if (outcome === 'agree') {
    return (
      <Badge tone="positive" icon={<Check />}>
        agrees
      </Badge>
    );
  }
  if (outcome === 'disagree') {
    return (
      <Badge tone="negative" icon={<X />}>
        disagrees
      </Badge>
    );
  }
  return <Badge tone="pending">not looked at yet</Badge>;
}

function AnswerDialog({ itemId, answer }: { itemId: string; answer: FormAction }) {
  return (
    <FormDialog
      trigger={
        <Button size="sm" variant="primary">
          Answer…
        </Button>
      }
      title="Should it be kept?"
      description="Look at the item’s evidence first. While you disagree the review can’t be signed."
      action={answer}
      confirm="Record"
    >
      <input type="hidden" name="itemId" value={itemId} />
      <Dwell />
      <SelectField label="You" name="outcome" required>
        <Options
          options={[
            { value: 'agree', label: 'agree with keeping it' },
            { value: 'disagree', label: 'disagree' },
          ]}
        />
      </SelectField>
      <TextArea label="Reason" name="reason" maxLength={2000} rows={2} hint="Needed to disagree." />
    </FormDialog>
  );
}

/** How long the question was in sight when it was answered. */
function Dwell() {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const since = Date.now();
    const field = input.current;
    const stamp = () => {
      if (field) field.value = String(Date.now() - since);
    };
    const form = field?.form;
    form?.addEventListener('submit', stamp, { capture: true });
    return () => form?.removeEventListener('submit', stamp, { capture: true });
  }, []);
  return <input ref={input} type="hidden" name="dwellMs" defaultValue="" />;
}
