import { CircleDot, CircleSlash, Unplug } from 'lucide-react';
import type { ReactNode } from 'react';
import type { WorkerRow } from '#lib/sessions/model';
import { Badge, type Tone } from '../ui/badge.tsx';
import { CopyText } from '../ui/copy.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { formatCount } from '../ui/number.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';

const looks: Readonly<Record<WorkerRow['state'], readonly [tone: Tone, icon: ReactNode]>> = {
  running: ['positive', <CircleDot key="i" />],
  silent: ['negative', <Unplug key="i" />],
  stopped: ['neutral', <CircleSlash key="i" />],
};

const columns: readonly Column<WorkerRow>[] = [
  {
    key: 'host',
    head: 'Host',
    grow: true,
    cell: (row) => (
      <>
        {row.host} <span className="text-ink-faint">process {row.pid}</span>
      </>
    ),
  },
  {
    key: 'state',
    head: 'State',
    cell: (row) => (
      <Badge tone={looks[row.state][0]} icon={looks[row.state][1]}>
        {row.state}
      </Badge>
    ),
  },
  {
    key: 'sessions',
    head: 'Live sessions',
    align: 'right',
    from: 'sm',
    cell: (row) => formatCount(row.liveSessions),
  },
  {
    key: 'started',
    head: 'Started',
    align: 'right',
    from: 'md',
    cell: (row) => <RelativeTime at={row.startedAt} />,
  },
  {
    key: 'seen',
    head: 'Heard of',
    align: 'right',
    cell: (row) => <RelativeTime at={row.stoppedAt ?? row.heartbeatAt} />,
  },
  {
    key: 'id',
    head: 'Id',
    from: 'lg',
    cell: (row) => <CopyText text={row.id} shorten={8} label="worker id" />,
  },
];

export function WorkerTable({ rows }: { rows: readonly WorkerRow[] }) {
  return <DataTable label="Gateways" columns={columns} rows={rows} idOf={(row) => row.id} />;
}
