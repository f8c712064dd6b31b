import type { RecordingKeeping } from '#lib/retention/model';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { InertText } from '../ui/inert-text.tsx';
import { formatBytes } from '../ui/number.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { KeepingBadge } from './keeping-state.tsx';

const columns: readonly Column<RecordingKeeping>[] = [
  {
    key: 'session',
    head: 'Agent → resource',
    cell: (row) => (
      <>
        {row.agent.name} <span className="text-ink-faint">→</span> {row.resource.name}
      </>
    ),
  },
  { key: 'state', head: 'State', cell: (row) => <KeepingBadge state={row.state} /> },
  {
    key: 'why',
    head: 'Why it is here',
    grow: true,
    from: 'md',
    cell: (row) => (
      <span className="text-ink-soft">
        <InertText text={row.hold?.reason || row.keptBecause || 'Nothing keeps it any more.'} />
      </span>
    ),
  },
  {
    key: 'bytes',
    head: 'Size',
    align: 'right',
    from: 'lg',
    cell: (row) => <span className="text-ink-soft">{formatBytes(row.bytes)}</span>,
  },
  {
    key: 'until',
    head: 'Kept until',
    align: 'right',
    from: 'sm',
    cell: (row) =>
      row.retainUntil ? (
        <RelativeTime at={row.retainUntil} />
      ) : (
        <span className="text-ink-faint">no end</span>
      ),
  },
  { key: 'sealed', head: 'Sealed', align: 'right', cell: (row) => <RelativeTime at={row.sealedAt} /> },
];

export function KeepingTable({
  rows,
  hrefOf,
  selectedId,
}: {
  rows: readonly RecordingKeeping[];
  hrefOf: (row: RecordingKeeping) => string;
  selectedId: string | undefined;
}) {
  return (
    <DataTable
      label="Recordings"
      columns={columns}
      rows={rows}
      idOf={(row) => row.sessionId}
      hrefOf={hrefOf}
      selectedId={selectedId}
    />
  );
}
