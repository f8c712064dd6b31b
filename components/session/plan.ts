/** One step of a plan, as EXPLAIN (FORMAT JSON) told it. */
export interface PlanStep {
  readonly depth: number;
  /** "Seq Scan on orders o" */
  readonly what: string;
  readonly rows: number | null;
  readonly cost: number | null;
  /** "Filter: (id < 1200)" */
  readonly conditions: readonly string[];
}

const stepsMax = 300;
const told = [
  'Index Cond',
  'Hash Cond',
  'Merge Cond',
  'Join Filter',
  'Recheck Cond',
  'Filter',
  'One-Time Filter',
];

/** The steps of a plan from the outermost in; null when the text is no plan that we can read. */
export function planSteps(plan: string): readonly PlanStep[] | null {
  let explained: unknown;
  try {
    explained = JSON.parse(plan);
  } catch {
    return null;
  }
  const top: unknown = Array.isArray(explained) ? explained[0] : explained;
  const root = isNode(top) ? top.Plan : undefined;
  if (!isNode(root)) return null;
  const steps: PlanStep[] = [];
  const left: { node: Node; depth: number }[] = [{ node: root, depth: 0 }];
  while (left.length > 0 && steps.length < stepsMax) {
    const { node, depth } = left.pop() as { node: Node; depth: number };
    steps.push(stepOf(node, depth));
    const children = Array.isArray(node.Plans) ? node.Plans.filter(isNode) : [];
    left.push(...children.toReversed().map((child) => ({ node: child, depth: depth + 1 })));
  }
  return steps;
}

type Node = Readonly<Record<string, unknown>>;

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function stepOf(node: Node, depth: number): PlanStep {
  const type = node['Node Type'] === 'ModifyTable' ? node.Operation : node['Node Type'];
  const on = typeof node['Relation Name'] === 'string' ? ` on ${node['Relation Name']}` : '';
  const by = typeof node['Index Name'] === 'string' ? ` by ${node['Index Name']}` : '';
  return {
    depth,
    what: `${typeof type === 'string' ? type : 'step'}${on}${by}`,
    rows: numberOf(node['Plan Rows']),
    cost: numberOf(node['Total Cost']),
    conditions: told.flatMap((name) => (typeof node[name] === 'string' ? [`${name}: ${node[name]}`] : [])),
  };
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
