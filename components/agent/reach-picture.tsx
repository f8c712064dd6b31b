import { useId } from 'react';
import type { AgentReach } from '#lib/agents/model';
import { plural } from '../ui/number.tsx';
import { reveal } from '../ui/reveal.ts';
import { layOut, type Node, pictureWidth, type ReachLayout, type ResourceNode } from './reach-layout.ts';

const agentX = 10;
const resourceX = 74;
const objectX = 160;
const objectCharsMax = 20;
const resourceCharsMax = 15;

/**
 * Agent → resources → objects: a full line and dot was used, a dashed line and ring never was. The
 * list beside it says the same in words.
 */
export function ReachPicture({ agent, reach }: { agent: string; reach: AgentReach }) {
  const id = useId();
  if (reach.resources.length === 0) return null;
  const layout = layOut(reach);
  return (
    <figure className="space-y-1.5">
      <svg
        role="img"
        aria-labelledby={`${id}-title ${id}-text`}
        viewBox={`0 0 ${pictureWidth} ${layout.height}`}
        className="h-auto w-full max-w-md"
      >
        <title id={`${id}-title`}>{`What ${agent} reaches, as a picture`}</title>
        <desc id={`${id}-text`}>{describe(agent, layout)}</desc>
        {layout.resources.map((resource) => (
          <ResourceBranch key={resource.key} resource={resource} agentY={layout.agentY} />
        ))}
        <Dot x={agentX} y={layout.agentY} used />
      </svg>
      <figcaption className="flex flex-wrap gap-x-4 text-xs text-ink-faint">
        <Legend used text="used in 90 days" />
        <Legend used={false} text="granted, not used" />
      </figcaption>
    </figure>
  );
}

function describe(agent: string, { resources }: ReachLayout): string {
  const each = resources.map(({ text, note }) => `${text}: ${note}`).join('; ');
  return `${agent} reaches ${plural(resources.length, 'resource')}. ${each}. The list below names every object.`;
}

function ResourceBranch({ resource, agentY }: { resource: ResourceNode; agentY: number }) {
  return (
    <g>
      <Line from={[agentX, agentY]} to={[resourceX, resource.y]} used={resource.used} />
      {resource.objects.map((object) => (
        <g key={object.key}>
          <Line from={[resourceX, resource.y]} to={[objectX, object.y]} used={object.used} />
          <Dot x={objectX} y={object.y} used={object.used} />
          <Label x={objectX + 9} node={object} charsMax={objectCharsMax} mono />
        </g>
      ))}
      <Dot x={resourceX} y={resource.y} used={resource.used} />
      <text x={resourceX} y={resource.y - 9} textAnchor="middle" className={labelClasses}>
        {cut(resource.text, resourceCharsMax)}
      </text>
    </g>
  );
}

const labelClasses =
  'fill-ink stroke-surface text-[11px] font-medium [paint-order:stroke] [stroke-linejoin:round] [stroke-width:4px]';

function Label({ x, node, charsMax, mono }: { x: number; node: Node; charsMax: number; mono: boolean }) {
  return (
    <text x={x} y={node.y + 3.5} className="text-[10.5px]">
      <tspan className={mono ? 'fill-ink font-mono' : 'fill-ink'}>{cut(node.text, charsMax)}</tspan>
      <tspan dx="6" className={node.used ? 'fill-positive' : 'fill-ink-faint'}>
        {node.note}
      </tspan>
    </text>
  );
}

/** Names come from the target: what would not be seen is drawn as a mark, what is long is cut. */
function cut(text: string, charsMax: number): string {
  const shown = reveal(text)
    .map((part) => (part.kind === 'text' ? part.text : part.glyph))
    .join('');
  const chars = [...shown];
  return chars.length > charsMax ? `${chars.slice(0, charsMax - 1).join('')}…` : shown;
}

type Point = readonly [x: number, y: number];

function Line({ from: [x1, y1], to: [x2, y2], used }: { from: Point; to: Point; used: boolean }) {
  const middle = (x1 + x2) / 2;
  return (
    <path
      d={`M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`}
      fill="none"
      strokeWidth={used ? 1.5 : 1}
      strokeDasharray={used ? undefined : '3 3'}
      className={used ? 'stroke-positive' : 'stroke-line-strong'}
    />
  );
}

function Dot({ x, y, used }: { x: number; y: number; used: boolean }) {
  return (
    <circle
      cx={x}
      cy={y}
      r="4"
      strokeWidth="1.5"
      className={used ? 'fill-positive stroke-positive' : 'fill-surface stroke-ink-faint'}
    />
  );
}

function Legend({ used, text }: { used: boolean; text: string }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <svg aria-hidden="true" viewBox="0 0 28 10" className="h-2.5 w-7">
        <Line from={[0, 5]} to={[20, 5]} used={used} />
        <Dot x={22} y={5} used={used} />
      </svg>
      {text}
    </span>
  );
}
