import type { SessionRow } from '#lib/sessions/model';
import { MaskedBadge } from '../decision/decision-badge.tsx';
import { PersonName } from '../person/person-name.tsx';
import { Purpose } from '../purpose/purpose.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { formatCount, formatSeconds } from '../ui/number.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { DecisionCounts } from './decision-counts.tsx';
import { SessionStateBadge } from './session-state.tsx';

const columns: readonly Column<SessionRow>[] = [
  {
    key: 'session',
    head: 'Agent → resource',
    cell: (row) => (
      <>
        {row.agent.name} <span className="text-ink-faint">→</span> {row.resource.name}
      </>
    ),
  },
  { key: 'state', head: 'State', cell: (row) => <SessionStateBadge state={row.state} /> },
  {
    key: 'purpose',
    head: 'Purpose',
    grow: true,
    from: 'md',
    cell: (row) => <Purpose purpose={row.purpose} clamp />,
  },
  {
    key: 'decisions',
    head: 'Statements',
    from: 'sm',
    cell: (row) => <DecisionCounts total={row.statements} held={row.held} denied={row.denied} />,
  },
  {
    key: 'rows',
    head: 'Rows out',
    align: 'right',
    from: 'lg',
    cell: (row) => <span className="text-ink-soft">{formatCount(row.rowsOut)}</span>,
  },
  { key: 'masked', head: 'Masked', from: 'xl', cell: (row) => <MaskedBadge fields={row.maskedFields} /> },
  {
    key: 'owner',
    head: 'Owner',
    from: 'xl',
    cell: (row) => (
      <span className="text-ink-soft">
        <PersonName person={row.owner} />
      </span>
    ),
  },
  { key: 'started', head: 'Started', align: 'right', cell: (row) => <RelativeTime at={row.startedAt} /> },
  {
    key: 'took',
    head: 'Took',
    align: 'right',
    from: 'lg',
    cell: (row) => <span className="text-ink-soft">{lengthOf(row)}</span>,
  },
];

function lengthOf(row: SessionRow): string {
  return row.endedAt ? formatSeconds((row.endedAt.getTime() - row.startedAt.getTime()) / 1000) : '–';
}

export function SessionTable({ rows }: { rows: readonly SessionRow[] }) {
  return (
    <DataTable
      label="Sessions"
      columns={columns}
      rows={rows}
      idOf={(row) => row.id}
      hrefOf={(row) => `/sessions/${row.id}`}
    />
  );
}
