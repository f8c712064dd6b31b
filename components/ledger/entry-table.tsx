import type { EntryRow } from '#lib/ledger/model';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { InertText } from '../ui/inert-text.tsx';
import { formatCount } from '../ui/number.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';

const columns: readonly Column<EntryRow>[] = [
  {
    key: 'summary',
    head: 'What happened',
    grow: true,
    cell: (row) => <InertText text={row.summary} />,
  },
  {
    key: 'action',
    head: 'Action',
    from: 'md',
    cell: (row) => <code className="font-mono text-xs text-ink-soft">{row.action}</code>,
  },
  {
    key: 'actor',
    head: 'By',
    from: 'lg',
    cell: (row) => (
      <span className="text-ink-soft">
        <InertText text={row.actor.name} />{' '}
        {row.actor.kind === 'person' ? null : <span className="text-ink-faint">({row.actor.kind})</span>}
      </span>
    ),
  },
  {
    key: 'position',
    head: 'Place',
    align: 'right',
    from: 'sm',
    cell: (row) => (
      <span className="text-ink-faint">{row.position === null ? 'waits' : formatCount(row.position)}</span>
    ),
  },
  { key: 'at', head: 'When', align: 'right', cell: (row) => <RelativeTime at={row.at} /> },
];

export function EntryTable({
  rows,
  hrefOf,
  selectedId,
}: {
  rows: readonly EntryRow[];
  hrefOf: (row: EntryRow) => string;
  selectedId: string | undefined;
}) {
  return (
    <DataTable
      label="Ledger entries"
      columns={columns}
      rows={rows}
      idOf={(row) => row.id}
      hrefOf={hrefOf}
      selectedId={selectedId}
    />
  );
}
