import type { TouchedObject } from '#lib/usage/model';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { InertText } from '../ui/inert-text.tsx';
import { formatCount } from '../ui/number.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';

const columns: readonly Column<TouchedObject>[] = [
  {
    key: 'object',
    head: 'Object',
    cell: (row) => (
      <code className="font-mono text-xs">
        <InertText text={row.object} />
      </code>
    ),
  },
  { key: 'action', head: 'Action', cell: (row) => row.action },
  { key: 'resource', head: 'Resource', grow: true, from: 'md', cell: (row) => row.resource },
  { key: 'agents', head: 'Agents', align: 'right', from: 'md', cell: (row) => formatCount(row.agents) },
  { key: 'used', head: 'Uses', align: 'right', cell: (row) => formatCount(row.used) },
  {
    key: 'denied',
    head: 'Denied',
    align: 'right',
    from: 'sm',
    cell: (row) =>
      row.denied > 0 ? (
        <span className="text-negative">{formatCount(row.denied)}</span>
      ) : (
        <span className="text-ink-faint">0</span>
      ),
  },
  {
    key: 'last',
    head: 'Last',
    align: 'right',
    from: 'sm',
    cell: (row) => <RelativeTime at={row.lastAt} />,
  },
];

/** What one agent touched, or what of one resource was: each row opens its statements. */
export function TouchedTable({
  rows,
  hrefOf,
}: {
  rows: readonly TouchedObject[];
  hrefOf: (row: TouchedObject) => string;
}) {
  return (
    <DataTable
      label="Objects touched"
      columns={columns}
      rows={rows}
      idOf={(row) => `${row.resourceId} ${row.object} ${row.action}`}
      hrefOf={hrefOf}
    />
  );
}
