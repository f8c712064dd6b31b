import type { AgentReach } from '#lib/agents/model';

/** Units of the picture; it is drawn as wide as there is room, so that text keeps its size. */
export const pictureWidth = 380;
const rowHeight = 22;
const gapBetween = 14;
const top = 14;
/** More would be no picture any more; the list below it has them all. */
const objectsShownMax = 10;

export interface Node {
  readonly key: string;
  readonly text: string;
  /** What was seen, said beside the name. */
  readonly note: string;
  readonly used: boolean;
  readonly y: number;
}

export interface ResourceNode extends Node {
  readonly id: string;
  readonly objects: readonly Node[];
}

export interface ReachLayout {
  readonly height: number;
  readonly agentY: number;
  readonly resources: readonly ResourceNode[];
}

type Resource = AgentReach['resources'][number];
type Reached = Resource['objects'][number];

const usesOf = ({ actions }: Reached) => actions.reduce((sum, { uses }) => sum + uses, 0);

/** Places agent, resources and objects from top to bottom: used ones first, the rest gathered in one row. */
export function layOut(reach: AgentReach): ReachLayout {
  let y = top;
  const resources = reach.resources.map((resource): ResourceNode => {
    const rows = rowsOf(resource);
    const from = y;
    const objects = rows.map((row, place) => ({ ...row, y: from + place * rowHeight }));
    y += Math.max(1, rows.length) * rowHeight + gapBetween;
    const last = objects.at(-1)?.y ?? from;
    const used = resource.objects.filter((object) => usesOf(object) > 0).length;
    return {
      key: resource.id,
      id: resource.id,
      text: resource.name,
      note: `${used} of ${resource.objects.length} used`,
      used: used > 0,
      y: (from + last) / 2,
      objects,
    };
  });
  const height = Math.max(y - gapBetween, top + rowHeight);
  return { height, agentY: height / 2, resources };
}

function rowsOf({ objects }: Resource): readonly Omit<Node, 'y'>[] {
  const sorted = [...objects].sort((a, b) => usesOf(b) - usesOf(a));
  const over = sorted.length > objectsShownMax;
  const shown = over ? sorted.slice(0, objectsShownMax - 1) : sorted;
  const rest = sorted.slice(shown.length);
  const rows = shown.map((object) => ({
    key: object.object,
    text: object.object,
    note: noteOf(object),
    used: usesOf(object) > 0,
  }));
  if (rest.length === 0) return rows;
  const used = rest.filter((object) => usesOf(object) > 0).length;
  return [...rows, { key: 'rest', text: `${rest.length} more`, note: `${used} used`, used: used > 0 }];
}

function noteOf(object: Reached): string {
  const used = object.actions.filter(({ uses }) => uses > 0).map(({ action }) => action);
  return used.length > 0 ? used.join(', ') : 'unused';
}
