import { TriangleAlert } from 'lucide-react';
import type { AgentRow } from '#lib/agents/model';
import { PersonName } from '../person/person-name.tsx';
import { Badge } from '../ui/badge.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { formatCount } from '../ui/number.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { AgentStateBadge } from './agent-state.tsx';

const columns: readonly Column<AgentRow>[] = [
  { key: 'name', head: 'Agent', cell: (row) => row.name },
  { key: 'state', head: 'State', cell: (row) => <AgentStateBadge state={row.state} /> },
  { key: 'owner', head: 'Owner', grow: true, from: 'sm', cell: (row) => <PersonName person={row.owner} /> },
  {
    key: 'issuer',
    head: 'Issuer',
    from: 'lg',
    cell: (row) => <span className="text-ink-soft">{row.issuer.name}</span>,
  },
  {
    key: 'findings',
    head: 'Findings',
    from: 'md',
    cell: (row) =>
      row.openFindings > 0 ? (
        <Badge tone="pending" icon={<TriangleAlert />}>
          {row.openFindings}
        </Badge>
      ) : (
        <span className="text-ink-faint">–</span>
      ),
  },
  { key: 'grants', head: 'Grants', align: 'right', from: 'sm', cell: (row) => formatCount(row.grants) },
  { key: 'live', head: 'Live', align: 'right', cell: (row) => formatCount(row.liveSessions) },
  {
    key: 'last',
    head: 'Last session',
    align: 'right',
    cell: (row) =>
      row.lastSessionAt ? (
        <RelativeTime at={row.lastSessionAt} />
      ) : (
        <span className="text-ink-faint">never</span>
      ),
  },
];

export function AgentTable({
  rows,
  hrefOf,
  selectedId,
}: {
  rows: readonly AgentRow[];
  hrefOf: (row: AgentRow) => string;
  selectedId: string | undefined;
}) {
  return (
    <DataTable
      label="Agents"
      columns={columns}
      rows={rows}
      idOf={(row) => row.id}
      hrefOf={hrefOf}
      selectedId={selectedId}
    />
  );
}
