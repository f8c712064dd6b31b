import type { Overview } from '#lib/usage/model';
import { classNames } from '../ui/class-names.ts';
import { Link } from '../ui/link.tsx';
import { formatCount } from '../ui/number.tsx';

type Cell = Overview['activity'][number];

const agentsShownMax = 25;
const resourcesShownMax = 12;

/**
 * Agents × resources, the busiest first: how much, and whether anything was held or denied. A cell
 * opens its sessions, a name looks closer.
 */
export function Heat({
  activity,
  range,
  hrefOf,
}: {
  activity: readonly Cell[];
  range: string;
  /** The overview of one agent or one resource. */
  hrefOf: (of: { agent: string } | { resource: string }) => string;
}) {
  const allAgents = busiest(activity, (cell) => [cell.agentId, cell.agent]);
  const allResources = busiest(activity, (cell) => [cell.resourceId, cell.resource]);
  const agents = allAgents.slice(0, agentsShownMax);
  const resources = allResources.slice(0, resourcesShownMax);
  const hidden = allAgents.length - agents.length + allResources.length - resources.length;
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
                <Link href={hrefOf({ resource: id })} className="block truncate hover:underline">
                  {name}
                </Link>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {agents.map(([id, name]) => (
            <tr key={id}>
              <th scope="row" className="w-40 max-w-40 truncate pr-2 text-left font-medium">
                <Link href={hrefOf({ agent: id })} className="hover:underline">
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
      {hidden > 0 ? (
        <p className="pt-2 text-xs text-ink-faint">
          The busiest only: {hidden} more agents and resources are found by the filters above.
        </p>
      ) : null}
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

/** Each once, by how many statements it has in all. */
function busiest(
  activity: readonly Cell[],
  of: (cell: Cell) => readonly [id: string, name: string],
): readonly (readonly [id: string, name: string])[] {
  const sums = new Map<string, { name: string; statements: number }>();
  for (const cell of activity) {
    const [id, name] = of(cell);
    sums.set(id, { name, statements: (sums.get(id)?.statements ?? 0) + cell.statements });
  }
  return [...sums]
    .sort(([, a], [, b]) => b.statements - a.statements || a.name.localeCompare(b.name, 'en'))
    .map(([id, { name }]) => [id, name] as const);
}
