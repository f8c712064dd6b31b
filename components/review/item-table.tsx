import { ShieldAlert } from 'lucide-react';
import type { ItemRow } from '#lib/reviews/model';
import { Badge } from '../ui/badge.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { InertText } from '../ui/inert-text.tsx';
import { Meter } from '../ui/meter.tsx';
import { ChangeBadge, ItemStateBadge, RecommendationBadge } from './item-looks.tsx';

const columns: readonly Column<ItemRow>[] = [
  { key: 'sentence', head: 'Grant', grow: true, cell: (row) => <InertText text={row.sentence} /> },
  { key: 'change', head: 'Since last time', from: 'lg', cell: (row) => <ChangeBadge change={row.change} /> },
  {
    key: 'privileged',
    head: 'Privileged',
    from: 'xl',
    cell: (row) =>
      row.privileged ? (
        <Badge tone="outline" icon={<ShieldAlert />}>
          privileged
        </Badge>
      ) : null,
  },
  {
    key: 'used',
    head: 'Used',
    from: 'sm',
    cell: (row) => (
      <Meter
        value={row.usedPermissions}
        max={row.usedPermissions + row.unusedPermissions}
        label={`${row.usedPermissions} of ${row.usedPermissions + row.unusedPermissions}`}
      />
    ),
  },
  {
    key: 'recommendation',
    head: 'Evidence says',
    from: 'md',
    cell: (row) => <RecommendationBadge recommendation={row.recommendation} />,
  },
  {
    key: 'state',
    head: 'State',
    cell: (row) => (
      <span className="inline-flex items-center gap-1.5">
        <ItemStateBadge state={row.state} />
        {row.drifted > 0 ? <Badge tone="pending">drifted</Badge> : null}
      </span>
    ),
  },
];

/** The queue: what changed since the last certification first. */
export function ItemTable({
  rows,
  hrefOf,
  selectedId,
  selectable,
}: {
  rows: readonly ItemRow[];
  hrefOf: (row: ItemRow) => string;
  selectedId: string | undefined;
  selectable: boolean;
}) {
  return (
    <DataTable
      label="Items"
      columns={columns}
      rows={rows}
      idOf={(row) => row.id}
      hrefOf={hrefOf}
      selectedId={selectedId}
      {...(selectable
        ? {
            selectName: 'itemId',
            selectLabel: (row: ItemRow) => row.sentence,
            canSelect: (row: ItemRow) => row.bulkAllowed && row.mayDecide && row.state === 'open',
          }
        : {})}
    />
  );
}
