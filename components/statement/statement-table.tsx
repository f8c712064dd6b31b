import type { StatementEntry } from '#lib/sessions/model';
import { DecisionBadge, MaskedBadge, OutcomeBadge } from '../decision/decision-badge.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { formatCount, formatMicros } from '../ui/number.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { SqlLine } from './sql-text.tsx';

const text: Column<StatementEntry> = {
  key: 'text',
  head: 'Statement',
  grow: true,
  cell: (row) => <SqlLine text={row.text} />,
};

const figures: readonly Column<StatementEntry>[] = [
  { key: 'decision', head: 'Decision', cell: (row) => <DecisionBadge decision={row.decision} /> },
  { key: 'outcome', head: 'Outcome', from: 'md', cell: (row) => <OutcomeBadge outcome={row.outcome} /> },
  {
    key: 'rows',
    head: 'Rows',
    align: 'right',
    from: 'md',
    cell: (row) => <span className="text-ink-soft">{row.rows === null ? '–' : formatCount(row.rows)}</span>,
  },
  { key: 'masked', head: 'Masked', from: 'xl', cell: (row) => <MaskedBadge fields={row.maskedFields} /> },
  {
    key: 'took',
    head: 'Took',
    align: 'right',
    from: 'lg',
    cell: (row) => (
      <span className="text-ink-soft">{row.durationUs === null ? '–' : formatMicros(row.durationUs)}</span>
    ),
  },
];

/** Statements of many sessions: each row opens its moment. */
export function StatementTable({ rows }: { rows: readonly StatementEntry[] }) {
  return (
    <DataTable
      label="Statements"
      columns={[
        text,
        {
          key: 'agent',
          head: 'Agent → resource',
          from: 'lg',
          cell: (row) => (
            <span className="text-ink-soft">
              {row.agent.name} → {row.resource.name}
            </span>
          ),
        },
        ...figures,
        { key: 'at', head: 'When', align: 'right', from: 'sm', cell: (row) => <RelativeTime at={row.at} /> },
      ]}
      rows={rows}
      idOf={(row) => `${row.sessionId}-${row.seq}`}
      hrefOf={(row) => `/sessions/${row.sessionId}?at=${row.seq}`}
    />
  );
}

/** The statements of one session, in their order. */
export function Timeline({
  rows,
  startedAt,
  selectedSeq,
  hrefOf,
}: {
  rows: readonly StatementEntry[];
  startedAt: Date;
  selectedSeq: number | undefined;
  hrefOf: (seq: number) => string;
}) {
  return (
    <DataTable
      label="Statements in order"
      columns={[
        text,
        ...figures,
        {
          key: 'at',
          head: 'After',
          align: 'right',
          from: 'sm',
          cell: (row) => (
            <span className="text-ink-faint">
              {formatMicros(Math.max(0, row.at.getTime() - startedAt.getTime()) * 1_000)}
            </span>
          ),
        },
      ]}
      rows={rows}
      idOf={(row) => String(row.seq)}
      hrefOf={(row) => hrefOf(row.seq)}
      selectedId={selectedSeq === undefined ? undefined : String(selectedSeq)}
    />
  );
}
