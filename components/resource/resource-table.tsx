import { EyeOff } from 'lucide-react';
import type { ResourceRow } from '#lib/resources/model';
import { PersonName } from '../person/person-name.tsx';
import { Badge } from '../ui/badge.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { InertText } from '../ui/inert-text.tsx';
import { formatCount } from '../ui/number.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { EnvironmentBadge } from './environment-badge.tsx';

const columns: readonly Column<ResourceRow>[] = [
  { key: 'name', head: 'Resource', cell: (row) => row.name },
  {
    key: 'environment',
    head: 'Environment',
    cell: (row) => <EnvironmentBadge environment={row.environment} />,
  },
  {
    key: 'address',
    head: 'Address',
    grow: true,
    from: 'md',
    cell: (row) => (
      <span className="font-mono text-xs text-ink-soft">
        <InertText text={row.address} />
      </span>
    ),
  },
  { key: 'owner', head: 'Technical owner', from: 'lg', cell: (row) => <PersonName person={row.owner} /> },
  {
    key: 'masks',
    head: 'Masks',
    from: 'sm',
    cell: (row) =>
      row.masks > 0 ? (
        <Badge tone="veiled" icon={<EyeOff />}>
          {row.masks}
        </Badge>
      ) : (
        <span className="text-ink-faint">none</span>
      ),
  },
  { key: 'agents', head: 'Agents', align: 'right', from: 'sm', cell: (row) => formatCount(row.agents) },
  { key: 'grants', head: 'Grants', align: 'right', from: 'md', cell: (row) => formatCount(row.grants) },
  { key: 'live', head: 'Live', align: 'right', cell: (row) => formatCount(row.liveSessions) },
  {
    key: 'last',
    head: 'Last session',
    align: 'right',
    from: 'sm',
    cell: (row) =>
      row.lastSessionAt ? (
        <RelativeTime at={row.lastSessionAt} />
      ) : (
        <span className="text-ink-faint">never</span>
      ),
  },
];

export function ResourceTable({
  rows,
  hrefOf,
  selectedId,
}: {
  rows: readonly ResourceRow[];
  hrefOf: (row: ResourceRow) => string;
  selectedId: string | undefined;
}) {
  return (
    <DataTable
      label="Resources"
      columns={columns}
      rows={rows}
      idOf={(row) => row.id}
      hrefOf={hrefOf}
      selectedId={selectedId}
    />
  );
}
