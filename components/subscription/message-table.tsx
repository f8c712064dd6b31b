import { CheckCircle2, Hourglass, OctagonX, RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import type { MessageRow } from '#lib/outbox/model';
import { ActionForm, SubmitButton } from '../ui/action-form.tsx';
import { Badge, type Tone } from '../ui/badge.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import type { FormAction } from '../ui/form-state.ts';
import { InertText } from '../ui/inert-text.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';

const looks: Readonly<Record<MessageRow['state'], readonly [tone: Tone, icon: ReactNode, word: string]>> = {
  delivered: ['positive', <CheckCircle2 key="i" />, 'delivered'],
  waiting: ['pending', <Hourglass key="i" />, 'waiting'],
  dead: ['negative', <OctagonX key="i" />, 'given up'],
};

const columns: readonly Column<MessageRow>[] = [
  { key: 'event', head: 'Event', cell: (row) => <code className="font-mono text-xs">{row.event}</code> },
  {
    key: 'state',
    head: 'State',
    cell: (row) => {
      const [tone, icon, word] = looks[row.state];
      return (
        <Badge tone={tone} icon={icon}>
          {word}
        </Badge>
      );
    },
  },
  { key: 'to', head: 'To', from: 'md', cell: (row) => <InertText text={row.subscription.name} /> },
  {
    key: 'error',
    head: 'Last answer',
    grow: true,
    from: 'sm',
    cell: (row) =>
      row.lastError ? (
        <span className="text-negative" title={row.lastError}>
          <InertText text={row.lastError} />
        </span>
      ) : (
        <span className="text-ink-faint">–</span>
      ),
  },
  { key: 'tries', head: 'Tries', align: 'right', from: 'md', cell: (row) => row.attempts },
  {
    key: 'when',
    head: 'Delivered or next try',
    align: 'right',
    from: 'sm',
    cell: (row) => {
      const at = row.deliveredAt ?? row.nextAttemptAt;
      return at ? <RelativeTime at={at} /> : <span className="text-ink-faint">no more tries</span>;
    },
  },
  {
    key: 'created',
    head: 'Written',
    align: 'right',
    from: 'lg',
    cell: (row) => <RelativeTime at={row.createdAt} />,
  },
];

/** What went out and what waits, newest first; each may be sent again. */
export function MessageTable({ rows, retry }: { rows: readonly MessageRow[]; retry: FormAction | null }) {
  const again: Column<MessageRow> = {
    key: 'again',
    head: 'Again',
    align: 'right',
    cell: (row) => (retry ? <Again row={row} retry={retry} /> : null),
  };
  return (
    <DataTable
      label="Messages"
      columns={retry ? [...columns, again] : columns}
      rows={rows}
      idOf={(row) => row.id}
    />
  );
}

function Again({ row, retry }: { row: MessageRow; retry: FormAction }) {
  return (
    <ActionForm action={retry} label={`Send ${row.event} again`} className="inline-block">
      <input type="hidden" name="messageId" value={row.id} />
      <SubmitButton size="icon-sm" variant="ghost" aria-label={`Send ${row.event} again`}>
        <RotateCw aria-hidden="true" />
      </SubmitButton>
    </ActionForm>
  );
}
