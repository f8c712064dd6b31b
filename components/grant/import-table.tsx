import type { GrantImportView } from '#lib/grants/imports/model';
import { CopyText } from '../ui/copy.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { InertText } from '../ui/inert-text.tsx';
import { formatCount } from '../ui/number.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';

const number = (
  key: 'added' | 'changed' | 'ended' | 'rows',
  head: string,
  from?: 'sm' | 'md',
): Column<GrantImportView> => ({
  key,
  head,
  align: 'right',
  ...(from ? { from } : {}),
  cell: (row) => <span className="tabular">{formatCount(row[key])}</span>,
});

const columns: readonly Column<GrantImportView>[] = [
  { key: 'source', head: 'Source', cell: (row) => row.source },
  {
    key: 'read',
    head: 'Read',
    grow: true,
    cell: (row) => <RelativeTime at={row.readAt} className="text-ink-soft" />,
  },
  number('rows', 'Grants', 'sm'),
  number('added', 'New'),
  number('changed', 'Changed', 'sm'),
  number('ended', 'Gone'),
  { key: 'by', head: 'By', from: 'md', cell: (row) => <InertText text={row.by} /> },
  {
    key: 'digest',
    head: 'Hash',
    from: 'lg',
    cell: (row) => <CopyText text={row.digest} shorten={8} label="hash of the reading" />,
  },
];

/** Readings of other systems, the newest first. */
export function ImportTable({
  rows,
  hrefOf,
  selectedId,
}: {
  rows: readonly GrantImportView[];
  hrefOf: (row: GrantImportView) => string;
  selectedId: string | undefined;
}) {
  return (
    <DataTable
      label="Readings"
      columns={columns}
      rows={rows}
      idOf={(row) => row.id}
      hrefOf={hrefOf}
      selectedId={selectedId}
    />
  );
}
