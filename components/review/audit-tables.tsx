import { CircleCheck, CircleX } from 'lucide-react';
import type { AuditedCampaign, OpenException, TrendPoint } from '#lib/reviews/audit/model';
import { Badge } from '../ui/badge.tsx';
import { CopyText } from '../ui/copy.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { InertText } from '../ui/inert-text.tsx';
import { Meter } from '../ui/meter.tsx';
import { formatCount } from '../ui/number.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { CampaignStateBadge } from './item-looks.tsx';

const campaigns: readonly Column<AuditedCampaign>[] = [
  { key: 'name', head: 'Campaign', grow: true, cell: (row) => <InertText text={row.name} /> },
  { key: 'state', head: 'State', cell: (row) => <CampaignStateBadge state={row.state} /> },
  { key: 'clock', head: 'Clock', from: 'sm', cell: (row) => <Clock campaign={row} /> },
  {
    key: 'population',
    head: 'Population = decided + excepted',
    from: 'md',
    cell: (row) => (
      <Sum
        holds={row.items > 0 && row.items === row.decided + row.excepted}
        text={`${formatCount(row.items)} = ${formatCount(row.decided)} + ${formatCount(row.excepted)}`}
      />
    ),
  },
  {
    key: 'denied',
    head: 'Denied = removed + excepted',
    from: 'lg',
    cell: (row) => (
      <span className="inline-flex items-center gap-2">
        <Sum
          holds={row.denied === row.removed + row.removalsExcepted}
          text={`${formatCount(row.denied)} = ${formatCount(row.removed)} + ${formatCount(row.removalsExcepted)}`}
        />
        {row.removalsOverdue > 0 ? <Badge tone="negative">{row.removalsOverdue} overdue</Badge> : null}
      </span>
    ),
  },
  {
    key: 'drift',
    head: 'Drift',
    align: 'right',
    from: 'xl',
    cell: (row) => <span className="text-ink-soft">{formatCount(row.drifted)}</span>,
  },
  {
    key: 'pack',
    head: 'Pack',
    from: 'xl',
    cell: (row) =>
      row.manifestHash ? (
        <CopyText text={row.manifestHash} shorten={8} label="hash of the pack’s manifest" />
      ) : (
        <span className="text-ink-faint">–</span>
      ),
  },
];

function Sum({ holds, text }: { holds: boolean; text: string }) {
  const Icon = holds ? CircleCheck : CircleX;
  return (
    <span className="inline-flex items-center gap-1.5 tabular">
      <Icon aria-hidden="true" className={holds ? 'size-3.5 text-positive' : 'size-3.5 text-pending'} />
      {text}
      <span className="sr-only">{holds ? 'ties' : 'does not tie yet'}</span>
    </span>
  );
}

function Clock({ campaign }: { campaign: AuditedCampaign }) {
  if (campaign.signedAt) {
    return (
      <span className="text-ink-soft">
        signed <RelativeTime at={campaign.signedAt} /> by {campaign.signedBy}
      </span>
    );
  }
  if (campaign.state === 'discarded') return <span className="text-pending">discarded, not held</span>;
  return (
    <span className="inline-flex flex-wrap items-center gap-1.5">
      {campaign.overdue ? <Badge tone="negative">overdue</Badge> : null}
      due <RelativeTime at={campaign.dueAt} />
      {campaign.lateStep === null ? null : (
        <Badge tone="pending">
          {campaign.lateStep >= 6 ? 'escalated' : 'reminded'} on day {campaign.lateStep}
        </Badge>
      )}
    </span>
  );
}

export function QuarterTable({ quarter, rows }: { quarter: string; rows: readonly AuditedCampaign[] }) {
  return (
    <DataTable
      label={`Campaigns of ${quarter}`}
      columns={campaigns}
      rows={rows}
      idOf={(row) => row.id}
      hrefOf={(row) => `/reviews/${row.id}${row.state === 'signed' ? '?tab=sign' : '?tab=status'}`}
    />
  );
}

const exceptions: readonly Column<OpenException>[] = [
  { key: 'what', head: 'Grant', grow: true, cell: (row) => <InertText text={row.sentence ?? 'a grant'} /> },
  { key: 'why', head: 'Why', from: 'md', cell: (row) => <InertText text={row.reason} /> },
  { key: 'by', head: 'Accepted by', from: 'sm', cell: (row) => row.approvedBy.name },
  { key: 'ends', head: 'Ends', align: 'right', cell: (row) => <RelativeTime at={row.endsAt} /> },
];

export function OpenExceptions({ rows }: { rows: readonly OpenException[] }) {
  return (
    <DataTable
      label="Open exceptions"
      columns={exceptions}
      rows={rows}
      idOf={(row) => row.id}
      hrefOf={(row) => `/reviews/${row.campaign.id}${row.itemId ? `?open=${row.itemId}` : ''}`}
    />
  );
}

const trend: readonly Column<TrendPoint>[] = [
  { key: 'name', head: 'Launch', grow: true, cell: (row) => <InertText text={row.name} /> },
  { key: 'at', head: 'When', from: 'sm', cell: (row) => <RelativeTime at={row.launchedAt} /> },
  {
    key: 'unused',
    head: 'Unused permissions',
    cell: (row) => (
      <Meter
        value={row.unusedPermissions}
        max={row.permissions}
        label={`${formatCount(row.unusedPermissions)} of ${formatCount(row.permissions)}`}
      />
    ),
  },
  {
    key: 'stale',
    head: 'Stale grants',
    from: 'sm',
    cell: (row) => (
      <Meter
        value={row.staleGrants}
        max={row.grants}
        label={`${formatCount(row.staleGrants)} of ${formatCount(row.grants)}`}
      />
    ),
  },
];

export function Trend({ points }: { points: readonly TrendPoint[] }) {
  return (
    <DataTable
      label="Unused at each launch"
      columns={trend}
      rows={points}
      idOf={(row) => row.campaignId}
      hrefOf={(row) => `/reviews/${row.campaignId}`}
    />
  );
}
