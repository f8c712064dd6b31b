import type { UnusedPermission } from '#lib/usage/model';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { InertText } from '../ui/inert-text.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';

const columns: readonly Column<UnusedPermission>[] = [
  {
    key: 'permission',
    head: 'Permission',
    grow: true,
    cell: (row) => (
      <>
        {row.action}{' '}
        <code className="font-mono text-xs">
          <InertText text={row.object} />
        </code>
      </>
    ),
  },
  { key: 'agent', head: 'Agent', cell: (row) => row.agent.name },
  { key: 'resource', head: 'Resource', from: 'md', cell: (row) => row.resource.name },
  {
    key: 'since',
    head: 'Looked at since',
    align: 'right',
    from: 'sm',
    cell: (row) => <RelativeTime at={row.since} />,
  },
];

/** Permissions that nobody used, one a row; each opens its grant. */
export function UnusedTable({ rows }: { rows: readonly UnusedPermission[] }) {
  return (
    <DataTable
      label="Unused permissions"
      columns={columns}
      rows={rows}
      idOf={(row) => `${row.grantId} ${row.action} ${row.object}`}
      hrefOf={(row) => `/grants?open=${row.grantId}`}
    />
  );
}
