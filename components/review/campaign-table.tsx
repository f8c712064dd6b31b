import type { CampaignSummary } from '#lib/reviews/model';
import { Badge } from '../ui/badge.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { InertText } from '../ui/inert-text.tsx';
import { Meter } from '../ui/meter.tsx';
import { formatCount } from '../ui/number.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { CampaignStateBadge } from './item-looks.tsx';

const day = (at: Date) => at.toISOString().slice(0, 10);

const columns: readonly Column<CampaignSummary>[] = [
  { key: 'name', head: 'Campaign', grow: true, cell: (row) => <InertText text={row.name} /> },
  { key: 'state', head: 'State', cell: (row) => <CampaignStateBadge state={row.state} /> },
  {
    key: 'period',
    head: 'Period',
    from: 'md',
    cell: (row) => (
      <span className="text-ink-soft">
        {day(row.periodFrom)} to {day(row.periodTo)}
      </span>
    ),
  },
  {
    key: 'mine',
    head: 'Waits for you',
    align: 'right',
    from: 'sm',
    cell: (row) =>
      row.waitingForMe > 0 ? (
        <span className="font-medium text-pending">{formatCount(row.waitingForMe)}</span>
      ) : (
        <span className="text-ink-faint">–</span>
      ),
  },
  {
    key: 'decided',
    head: 'Decided',
    from: 'sm',
    cell: (row) => (
      <Meter
        value={row.decided + row.excepted}
        max={row.items}
        label={`${formatCount(row.decided + row.excepted)} of ${formatCount(row.items)}`}
      />
    ),
  },
  {
    key: 'removals',
    head: 'Removals open',
    align: 'right',
    from: 'lg',
    cell: (row) => <span className="text-ink-soft">{formatCount(row.removalsOpen)}</span>,
  },
  {
    key: 'due',
    head: 'Due',
    align: 'right',
    cell: (row) =>
      row.signedAt ? (
        <span className="text-ink-soft">
          signed <RelativeTime at={row.signedAt} />
        </span>
      ) : (
        <span className="inline-flex items-center gap-1.5">
          {row.overdue ? <Badge tone="negative">overdue</Badge> : null}
          <RelativeTime at={row.dueAt} />
        </span>
      ),
  },
];

export function CampaignTable({ rows }: { rows: readonly CampaignSummary[] }) {
  return (
    <DataTable
      label="Campaigns"
      columns={columns}
      rows={rows}
      idOf={(row) => row.id}
      hrefOf={(row) => `/reviews/${row.id}`}
    />
  );
}
