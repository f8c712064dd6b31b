import type { RecordedEstimate } from '#lib/recording/model';
import type { FactsView } from './relay/facts-view.ts';

/** What the planner expects of a write. */
export interface Estimate {
  readonly rows: number | null;
  /** Rows of the table, as the catalog counts them. */
  readonly total: number | null;
  /** Why there is no estimate, for the card. */
  readonly note: string | null;
  /** The plan, as the target told it (EXPLAIN, FORMAT JSON); null: none, or too long to be kept. */
  readonly plan?: string | null;
  /** True: counted by running it, and rolled back. */
  readonly isExact?: boolean;
}

export const noEstimate = (note: string | null): Estimate => ({ rows: null, total: null, note });

/** What a write really touched; it is rolled back unless an approval stands. */
export function countedEstimate(rows: number | null, isCopy = false): Estimate {
  if (isCopy) {
    const counted = rows === null ? 'how many rows came is not known' : 'its rows were counted as they came';
    return { rows, total: null, note: `${counted}; none of them is stored`, isExact: true };
  }
  const what = rows === null ? 'how many rows it wrote is not known' : 'counted by running it';
  return {
    rows,
    total: null,
    note: `${what}; it was allowed by its estimate and rolled back`,
    isExact: true,
  };
}

const estimated = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);
const rowWrites = new Set(['insert', 'update', 'delete', 'merge']);

/** A write of rows, or a SELECT whose WITH holds one. */
export function writesRows({ facts }: FactsView): boolean {
  if (facts.tag !== 'SELECT') return estimated.has(facts.tag);
  return facts.requests.some(({ member }) => rowWrites.has(member));
}

/** Why a statement must not be given to EXPLAIN, or null: planning runs functions that are not volatile. */
export function whyNotEstimated(views: readonly FactsView[]): string | null {
  const [view] = views;
  if (view === undefined || views.length !== 1) return 'several statements: no estimate';
  if (!writesRows(view)) return null;
  if (view.facts.functions.some(({ harmless }) => !harmless)) return 'it calls functions: no estimate';
  if (view.facts.unresolved.length > 0) return 'names are not known: no estimate';
  return null;
}

export function isEstimated(views: readonly FactsView[]): boolean {
  const [view] = views;
  return views.length === 1 && view !== undefined && writesRows(view) && whyNotEstimated(views) === null;
}

/** Longer plans are left out of the recording: an approval's record stays small. */
const planCharsMax = 64 * 1024;

/** What the recording keeps of it; undefined: nothing was asked of the planner, and there is nothing to say. */
export function recordedEstimate(estimate: Estimate): RecordedEstimate | undefined {
  const { rows, total, note, plan = null } = estimate;
  if (rows === null && note === null && plan === null) return undefined;
  return { rows, total, note, plan: plan !== null && plan.length <= planCharsMax ? plan : null };
}

interface PlanNode {
  readonly 'Node Type'?: string;
  readonly 'Plan Rows'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** Rows that the plan's writes expect, the largest of them; null when the plan can't be read. */
export function rowsOfPlan(explained: unknown): number | null {
  const plan = Array.isArray(explained) ? (explained[0] as { Plan?: PlanNode })?.Plan : undefined;
  if (plan === undefined) return null;
  let most: number | null = null;
  const visit = (node: PlanNode) => {
    if (node['Node Type'] === 'ModifyTable') {
      const rows = (node.Plans ?? []).reduce((sum, child) => sum + (child['Plan Rows'] ?? 0), 0);
      most = Math.max(most ?? 0, rows);
    }
    for (const child of node.Plans ?? []) visit(child);
  };
  visit(plan);
  return most;
}
