import { CircleCheck } from 'lucide-react';
import { Badge } from '../ui/badge.tsx';
import { CopyText } from '../ui/copy.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { InertText } from '../ui/inert-text.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';

export interface VersionRow {
  readonly number: number;
  readonly digest: string;
  readonly reason: string;
  readonly publishedBy: string;
  readonly active: boolean;
  readonly createdAt: Date;
}

const columns: readonly Column<VersionRow>[] = [
  { key: 'number', head: 'Version', cell: (row) => `Version ${row.number}` },
  {
    key: 'active',
    head: 'State',
    cell: (row) =>
      row.active ? (
        <Badge tone="positive" icon={<CircleCheck />}>
          decides now
        </Badge>
      ) : null,
  },
  {
    key: 'reason',
    head: 'Reason',
    grow: true,
    from: 'sm',
    cell: (row) => (
      <span className="text-ink-soft">
        <InertText text={row.reason} />
      </span>
    ),
  },
  { key: 'by', head: 'By', from: 'md', cell: (row) => row.publishedBy },
  {
    key: 'digest',
    head: 'Digest',
    from: 'lg',
    cell: (row) => <CopyText text={row.digest} shorten={6} label="digest" />,
  },
  { key: 'at', head: 'Published', align: 'right', cell: (row) => <RelativeTime at={row.createdAt} /> },
];

export function VersionTable({
  rows,
  hrefOf,
  selected,
}: {
  rows: readonly VersionRow[];
  hrefOf: (row: VersionRow) => string;
  selected: number | undefined;
}) {
  return (
    <DataTable
      label="Versions"
      columns={columns}
      rows={rows}
      idOf={(row) => String(row.number)}
      hrefOf={hrefOf}
      selectedId={selected === undefined ? undefined : String(selected)}
    />
  );
}
