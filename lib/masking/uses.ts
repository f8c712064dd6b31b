import type { ColumnRef, ColumnUse, SqlFacts } from '#lib/sql/model';
import { columnKey, type MaskSpec } from './model.ts';
import { type OtherUse, otherUseOf } from './schema.ts';

/** Why a statement can't run as it is, in a sentence for the agent, and what to do instead. */
export interface MaskFault {
  readonly message: string;
  readonly hint: string | null;
  readonly maskId: string | null;
}

export type MaskOf = (column: ColumnRef) => MaskSpec | null;

type Outcome = 'allow' | 'hold' | 'deny';

/**
 * What becomes of a use that no mask provides for. Only what is `derived` shows in the result alone, where
 * a full mask hides it: of any other use rows, their order or an error would tell, so `mask` denies it.
 */
export function outcomeOf(mask: MaskSpec, kind: ColumnUse['kind'], atLeast: readonly OtherUse[]): Outcome {
  const outcomes = [otherUseOf(mask), ...atLeast].map((use): Outcome => {
    if (use === 'mask') return kind === 'derived' ? 'allow' : 'deny';
    return use;
  });
  return outcomes.includes('deny') ? 'deny' : outcomes.includes('hold') ? 'hold' : 'allow';
}

interface Judged {
  readonly violations: readonly MaskFault[];
  readonly holds: readonly MaskFault[];
  readonly lookups: readonly string[];
}

type UsingFacts = Partial<Pick<SqlFacts, 'tag' | 'attributes'>>;

/** What is said of each use of a masked column: denied, held, or nothing. */
export function judgeUses(
  columns: readonly ColumnUse[],
  facts: UsingFacts,
  maskOf: MaskOf,
  atLeast: readonly OtherUse[],
): Judged {
  const faults = { deny: new Map<string, MaskFault>(), hold: new Map<string, MaskFault>() };
  const lookups = new Set<string>();
  const isExplained = facts.tag === 'EXPLAIN' || facts.attributes?.in_explain === true;
  for (const use of columns) {
    const mask = maskOf(use.column);
    if (!mask) continue;
    const name = columnKey(use.column);
    const other = (key: string, of: (outcome: 'deny' | 'hold') => MaskFault, kind = use.kind) => {
      const outcome = outcomeOf(mask, kind, atLeast);
      if (outcome !== 'allow') faults[outcome].set(key, of(outcome));
    };
    if (use.kind === 'moved') {
      // Nobody who approves a new name means to end the mask.
      faults.deny.set(name + use.where, usedIn(name, use.where, mask, 'deny'));
    } else if (use.kind === 'compute' || use.kind === 'derived') {
      other(name + use.where, (outcome) => usedIn(name, use.where, mask, outcome));
    } else if (use.kind === 'equality' && mask.lookup !== 'equality') {
      other(name, (outcome) => compared(name, mask, outcome));
    } else if (use.kind === 'equality') {
      lookups.add(name);
      if (isExplained) {
        other(`${name} explain`, (outcome) => usedIn(name, 'EXPLAIN', mask, outcome), 'compute');
      }
    } else {
      const fault = kept(use, name, mask);
      if (fault !== null) faults.hold.set(`${name} ${use.kind}`, fault);
    }
  }
  return { violations: [...faults.deny.values()], holds: [...faults.hold.values()], lookups: [...lookups] };
}

/** True where a statement uses a masked column in a way of which the planner's estimate would tell. */
export function usesMasked(columns: readonly ColumnUse[], masks: readonly MaskSpec[]): boolean {
  const masked = new Map(masks.map((mask) => [mask.column, mask]));
  return columns.some(({ kind, column }) => {
    const mask = masked.get(columnKey(column));
    if (mask === undefined) return false;
    return kind === 'compute' || kind === 'derived' || (kind === 'equality' && mask.lookup === 'none');
  });
}

/** What stays in the database when it is written or shown: held whatever the mask says of other uses. */
function kept(use: ColumnUse, name: string, mask: MaskSpec): MaskFault | null {
  if (use.kind === 'written' && (mask.kind === 'null' || mask.kind === 'generalise')) {
    const message = `${name} is shown masked without a mark, so a write may store a masked value`;
    return { message, hint: null, maskId: mask.id };
  }
  if (use.kind !== 'shown') return null;
  const message = `${name} is masked, and what ${use.where} makes of it stays for others to read`;
  return { message, hint: null, maskId: mask.id };
}

function compared(name: string, mask: MaskSpec, outcome: 'deny' | 'hold'): MaskFault {
  if (outcome === 'hold') {
    return { message: `${name} is masked, and is compared with a value`, hint: null, maskId: mask.id };
  }
  return {
    message: `${name} is masked, and may not be compared`,
    hint: `Find the rows by another column; ask an admin for lookup by equality on ${name} if the task needs it.`,
    maskId: mask.id,
  };
}

export function usedIn(name: string, where: string, mask: MaskSpec, outcome: 'deny' | 'hold'): MaskFault {
  const place = where || 'an expression';
  if (outcome === 'hold') {
    return { message: `${name} is masked, and is used in ${place}`, hint: null, maskId: mask.id };
  }
  const hint =
    mask.lookup === 'equality'
      ? `Select the column itself (it comes back masked), or compare it with one value: ${name} = $1.`
      : 'Select the column itself (it comes back masked), or leave it out.';
  return { message: `${name} is masked, and may not be used in ${place}`, hint, maskId: mask.id };
}
