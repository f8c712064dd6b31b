import { TriangleAlert } from 'lucide-react';
import type { GrantRow } from '#lib/grants/model';
import { PersonName } from '../person/person-name.tsx';
import { Badge } from '../ui/badge.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { InertText } from '../ui/inert-text.tsx';
import { Meter } from '../ui/meter.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { GrantStateBadge } from './grant-state.tsx';

const who: Column<GrantRow> = {
  key: 'grant',
  head: 'Agent → resource',
  cell: (row) => (
    <>
      {row.agent.name} <span className="text-ink-faint">→</span> {row.resource.name}
    </>
  ),
};

const what: Column<GrantRow> = {
  key: 'what',
  head: 'May',
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
};

const used: Column<GrantRow> = {
  key: 'used',
  head: 'Permissions used',
  from: 'md',
  cell: (row) =>
    row.permissions === null ? (
      <span className="text-ink-faint">not seen here</span>
    ) : row.permissions.total === 0 ? (
      <span className="text-ink-faint">not known yet</span>
    ) : (
      <Meter
        value={row.permissions.used}
        max={row.permissions.total}
        label={`${row.permissions.used} of ${row.permissions.total}`}
      />
    ),
};

const lastUsed: Column<GrantRow> = {
  key: 'last',
  head: 'Last used',
  align: 'right',
  cell: (row) => {
    if (row.lastUsedAt) return <RelativeTime at={row.lastUsedAt} />;
    return row.source === 'countersign' ? (
      <span className="text-pending">never</span>
    ) : (
      <span className="text-ink-faint">not seen here</span>
    );
  },
};

const source: Column<GrantRow> = {
  key: 'source',
  head: 'Given in',
  from: 'lg',
  cell: (row) =>
    row.source === 'countersign' ? (
      <span className="text-ink-faint">countersign</span>
    ) : (
      <Badge tone="outline">{row.source}</Badge>
    ),
};

const until: Column<GrantRow> = {
  key: 'until',
  head: 'Until',
  align: 'right',
  from: 'lg',
  cell: (row) =>
    row.endsAt ? <RelativeTime at={row.endsAt} /> : <span className="text-pending">no end</span>,
};

const owner: Column<GrantRow> = {
  key: 'owner',
  head: 'Owner',
  from: 'xl',
  cell: (row) => (
    <span className="text-ink-soft">
      <PersonName person={row.owner} />
    </span>
  ),
};

const why: Column<GrantRow> = {
  key: 'stale',
  head: 'Why it is stale',
  from: 'sm',
  grow: true,
  cell: (row) => (
    <span className="flex gap-1.5">
      {row.stale.map((reason) => (
        <Badge key={reason.kind} tone="pending" icon={<TriangleAlert />}>
          {reason.text}
        </Badge>
      ))}
    </span>
  ),
};

const state: Column<GrantRow> = {
  key: 'state',
  head: 'State',
  cell: (row) => <GrantStateBadge state={row.state} />,
};

const views = {
  active: [who, what, source, used, lastUsed, until, owner],
  stale: [who, why, used, lastUsed, until],
  all: [who, what, source, state, lastUsed, until, owner],
} as const satisfies Record<string, readonly Column<GrantRow>[]>;

/** Grants as a list; selectable where they can be revoked. */
export function GrantTable({
  rows,
  view,
  hrefOf,
  selectedId,
  selectable,
}: {
  rows: readonly GrantRow[];
  view: keyof typeof views;
  hrefOf: (row: GrantRow) => string;
  selectedId: string | undefined;
  selectable: boolean;
}) {
  return (
    <DataTable
      label="Grants"
      columns={views[view]}
      rows={rows}
      idOf={(row) => row.id}
      hrefOf={hrefOf}
      selectedId={selectedId}
      {...(selectable
        ? {
            selectName: 'grantId',
            selectLabel: (row: GrantRow) => `the grant of ${row.agent.name} on ${row.resource.name}`,
            canSelect: (row: GrantRow) => row.state === 'active' && row.source === 'countersign',
          }
        : {})}
    />
  );
}
