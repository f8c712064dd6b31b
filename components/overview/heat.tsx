import type { Overview } from '#lib/usage/model';
import { classNames } from '../ui/class-names.ts';
import { Link } from '../ui/link.tsx';
import { formatCount } from '../ui/number.tsx';

type Cell = Overview['activity'][number];

/** Agents × resources: how much, and whether anything was held or denied. Each cell opens its sessions. */
export function Heat({ activity, range }: { activity: readonly Cell[]; range: string }) {
  const agents = unique(activity.map((cell) => [cell.agentId, cell.agent]));
  const resources = unique(activity.map((cell) => [cell.resourceId, cell.resource]));
  const most = Math.max(1, ...activity.map((cell) => cell.statements));
  const cellOf = new Map(activity.map((cell) => [`${cell.agentId} ${cell.resourceId}`, cell]));
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by keys.
      tabIndex={0}
      aria-label="Statements by agent and resource"
      className="overflow-x-auto"
    >
      <table className="border-separate border-spacing-1 text-sm">
        <thead>
          <tr>
            <th scope="col" className="text-left text-xs font-medium text-ink-faint">
              Agent
            </th>
            {resources.map(([id, name]) => (
              <th
                key={id}
                scope="col"
                className="w-40 min-w-28 px-1 text-left text-xs font-medium text-ink-faint"
              >
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {agents.map(([id, name]) => (
            <tr key={id}>
              <th scope="row" className="w-40 max-w-40 truncate pr-2 text-left font-medium">
                <Link href={`/agents?open=${id}`} className="hover:underline">
                  {name}
                </Link>
              </th>
              {resources.map(([resourceId]) => (
                <td key={resourceId}>
                  <HeatCell cell={cellOf.get(`${id} ${resourceId}`)} most={most} range={range} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const levels = ['bg-heat-1', 'bg-heat-2', 'bg-heat-3', 'bg-heat-4', 'bg-heat-5'] as const;

function HeatCell({ cell, most, range }: { cell: Cell | undefined; most: number; range: string }) {
  if (!cell) return <span className="block h-11 rounded-md border border-dashed" />;
  const level = Math.min(
    levels.length - 1,
    Math.floor((Math.log1p(cell.statements) / Math.log1p(most)) * levels.length),
  );
  const troubles = [
    cell.held > 0 ? `${formatCount(cell.held)} held` : '',
    cell.denied > 0 ? `${formatCount(cell.denied)} denied` : '',
  ].filter(Boolean);
  return (
    <Link
      href={`/sessions?agent=${cell.agentId}&resource=${cell.resourceId}&range=${range}`}
      className={classNames(
        'flex h-11 flex-col justify-center rounded-md px-2.5 leading-tight hover:ring-1 hover:ring-accent',
        levels[level],
      )}
    >
      <span className="font-medium tabular">
        {formatCount(cell.statements)}
        <span className="sr-only"> statements</span>
      </span>
      <span className="truncate text-2xs text-ink-soft tabular">
        {troubles.length > 0 ? troubles.join(', ') : `${formatCount(cell.sessions)} sessions`}
      </span>
    </Link>
  );
}

function unique(
  pairs: readonly (readonly [id: string, name: string])[],
): readonly (readonly [string, string])[] {
  return [...new Map(pairs)].sort(([, first], [, second]) => first.localeCompare(second));
}
