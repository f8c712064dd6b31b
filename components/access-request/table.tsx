import type { AccessRequestRow } from '#lib/access-requests/model';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { InertText } from '../ui/inert-text.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { spanText } from './span.ts';
import { AccessStateBadge } from './state.tsx';

const columns: readonly Column<AccessRequestRow>[] = [
  {
    key: 'who',
    head: 'Agent → resource',
    cell: (row) => (
      <>
        {row.agent.name} <span className="text-ink-faint">→</span> {row.resource.name}
      </>
    ),
  },
  { key: 'state', head: 'State', cell: (row) => <AccessStateBadge state={row.state} /> },
  {
    key: 'what',
    head: 'Asks for',
    grow: true,
    from: 'sm',
    cell: (row) => (
      <span className="text-ink-soft">
        {row.actions.join(', ')} <span className="text-ink-faint">on</span>{' '}
        <code className="font-mono text-xs">
          <InertText text={row.scope.join(', ')} />
        </code>
      </span>
    ),
  },
  { key: 'span', head: 'For', from: 'md', cell: (row) => spanText(row.durationSeconds) },
  {
    key: 'by',
    head: 'Asked by',
    from: 'lg',
    cell: (row) => <span className="text-ink-soft">{row.requestedBy?.name ?? 'the agent'}</span>,
  },
  { key: 'at', head: 'Asked', align: 'right', cell: (row) => <RelativeTime at={row.createdAt} /> },
];

export function AccessRequestTable({
  rows,
  hrefOf,
  selectedId,
}: {
  rows: readonly AccessRequestRow[];
  hrefOf: (row: AccessRequestRow) => string;
  selectedId: string | undefined;
}) {
  return (
    <DataTable
      label="Access requests"
      columns={columns}
      rows={rows}
      idOf={(row) => row.id}
      hrefOf={hrefOf}
      selectedId={selectedId}
    />
  );
}
