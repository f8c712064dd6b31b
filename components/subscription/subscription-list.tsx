import { CirclePause, CirclePlay, Mail, Send, Users, Webhook } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Channel, SubscriptionRow } from '#lib/outbox/model';
import { FormDialog } from '../settings/form-dialog.tsx';
import { ActionForm, SubmitButton } from '../ui/action-form.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import type { FormAction } from '../ui/form-state.ts';
import { InertText } from '../ui/inert-text.tsx';
import { TextLink } from '../ui/link.tsx';
import { plural } from '../ui/number.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { EventFields, PlaceFields } from './subscription-fields.tsx';

const icons: Readonly<Record<Channel, ReactNode>> = {
  webhook: <Webhook aria-hidden="true" className="size-4 shrink-0 text-ink-faint" />,
  teams: <Users aria-hidden="true" className="size-4 shrink-0 text-ink-faint" />,
  email: <Mail aria-hidden="true" className="size-4 shrink-0 text-ink-faint" />,
};

export interface SubscriptionActions {
  readonly change: FormAction;
  readonly switchState: FormAction;
  readonly test: FormAction;
  readonly end: FormAction;
}

/** Who outside hears of events, how it goes, and what can be done about it. */
export function SubscriptionList({
  rows,
  actions,
}: {
  rows: readonly SubscriptionRow[];
  actions: SubscriptionActions | null;
}) {
  return (
    <ul aria-label="Subscriptions" className="divide-y overflow-hidden rounded-lg border bg-surface">
      {rows.map((row) => (
        <li key={row.id} className="space-y-1 px-3 py-2 text-sm">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
            {icons[row.channel]}
            <span className="font-medium">
              <InertText text={row.name} />
            </span>
            <span className="min-w-0 flex-1 truncate text-ink-soft">
              {row.channel} to <InertText text={row.destination} />
            </span>
            {row.state === 'paused' ? (
              <Badge tone="pending" icon={<CirclePause />}>
                paused
              </Badge>
            ) : null}
            {actions ? <RowActions row={row} actions={actions} /> : null}
          </div>
          <p className="text-xs text-ink-faint">
            Hears of {plural(row.events.length, 'kind of event', 'kinds of events')};{' '}
            {row.deliveredAt ? (
              <>
                last delivered <RelativeTime at={row.deliveredAt} className="" />
              </>
            ) : (
              'nothing delivered yet'
            )}
            ; <MessagesLink row={row} state="waiting" count={row.waiting} />,{' '}
            <MessagesLink row={row} state="dead" count={row.dead} />.
          </p>
          {row.lastError ? (
            <p className="text-xs break-words text-negative">
              Last answer: <InertText text={row.lastError} />
            </p>
          ) : null}
        </li>
      ))}
    </ul>
  );
}

function MessagesLink({
  row,
  state,
  count,
}: {
  row: SubscriptionRow;
  state: 'waiting' | 'dead';
  count: number;
}) {
  return (
    <TextLink href={`/settings?tab=notifications&subscription=${row.id}&state=${state}`}>
      {count} {state === 'dead' ? 'given up' : 'waiting'}
    </TextLink>
  );
}

function RowActions({ row, actions }: { row: SubscriptionRow; actions: SubscriptionActions }) {
  const paused = row.state === 'paused';
  return (
    <span className="flex flex-wrap gap-1.5">
      {paused ? null : (
        <RowForm action={actions.test} row={row} label={`Test ${row.name}`}>
          <Send aria-hidden="true" /> Test
        </RowForm>
      )}
      <RowForm
        action={actions.switchState}
        row={row}
        label={paused ? `Resume ${row.name}` : `Pause ${row.name}`}
        state={paused ? 'active' : 'paused'}
      >
        {paused ? <CirclePlay aria-hidden="true" /> : <CirclePause aria-hidden="true" />}
        {paused ? 'Resume' : 'Pause'}
      </RowForm>
      <FormDialog
        trigger={<Button size="sm">Change…</Button>}
        title={`Change ${row.name}`}
        description="Leave where it goes empty to keep it: it can’t be shown, only set anew, as a whole."
        action={actions.change}
        confirm="Save"
      >
        <input type="hidden" name="subscriptionId" value={row.id} />
        <input type="hidden" name="channel" value={row.channel} />
        <TextField label="Name" name="name" required maxLength={100} defaultValue={row.name} />
        <PlaceFields channel={row.channel} required={false} />
        <EventFields events={row.events} inside={row.privateNetwork} />
      </FormDialog>
      <FormDialog
        trigger={
          <Button size="sm" variant="ghost">
            End…
          </Button>
        }
        title={`End ${row.name}`}
        description="Nothing more goes there. What waits is dropped, and its address and secret are forgotten."
        action={actions.end}
        confirm="End subscription"
      >
        <input type="hidden" name="subscriptionId" value={row.id} />
      </FormDialog>
    </span>
  );
}

function RowForm({
  action,
  row,
  label,
  state,
  children,
}: {
  action: FormAction;
  row: SubscriptionRow;
  label: string;
  state?: 'active' | 'paused';
  children: ReactNode;
}) {
  return (
    <ActionForm action={action} label={label}>
      <input type="hidden" name="subscriptionId" value={row.id} />
      {state ? <input type="hidden" name="state" value={state} /> : null}
      <SubmitButton size="sm" pendingText="One moment…" aria-label={label}>
        {children}
      </SubmitButton>
    </ActionForm>
  );
}
