import { canonicalJson } from '#lib/core/canonical-json';
import type { ColumnRef, SqlFacts } from '#lib/sql/model';
import {
  columnKey,
  type MaskPlan,
  type MaskSpec,
  maskedColumn,
  nothingMasked,
  type OutputMask,
} from './model.ts';
import type { OtherUse } from './schema.ts';
import { judgeUses, type MaskFault, type MaskOf, outcomeOf, usedIn } from './uses.ts';

export type { MaskFault } from './uses.ts';

export interface MaskVerdict {
  readonly plan: MaskPlan;
  /** Uses of masked columns that are denied: they would show something of their values. */
  readonly violations: readonly MaskFault[];
  /** What is held: uses that their masks or rules leave to people, and writes to a column without a mark. */
  readonly holds: readonly MaskFault[];
}

type Facts = Partial<
  Pick<SqlFacts, 'tag' | 'columns' | 'outputs' | 'outputsUnknown' | 'unresolved' | 'requests' | 'attributes'>
>;

// Catalog relations that show column values or other sessions' texts.
const leakyCatalog = new Set([
  'pg_statistic',
  'pg_stats',
  'pg_stats_ext',
  'pg_stats_ext_exprs',
  'pg_statistic_ext_data',
  'pg_stat_activity',
  'pg_stat_statements',
  'pg_prepared_statements',
  'pg_cursors',
  'pg_largeobject',
  'pg_stat_statements_info',
]);

/**
 * How a statement's result is hidden, from the lineage of its columns. Whatever the facts leave
 * open while the resource has masks is hidden whole. `atLeast`: how strict rules are with uses that masks
 * do not provide for; the strictest of theirs and the masks' own counts.
 */
export function planMasks(
  facts: Facts,
  masks: readonly MaskSpec[],
  atLeast: readonly OtherUse[] = [],
): MaskVerdict {
  if (masks.length === 0) return { plan: nothingMasked, violations: [], holds: [] };
  if (!facts.columns || facts.outputs === undefined) {
    return { plan: { outputs: [], everything: true }, violations: [], holds: [] };
  }
  const byColumn = new Map<string, MaskSpec>();
  let isVague = false;
  for (const mask of masks) {
    const column = maskedColumn(mask);
    if (column) byColumn.set(columnKey(column), mask);
    else isVague = true;
  }
  const maskOf = (column: ColumnRef) => byColumn.get(columnKey(column)) ?? null;
  const uses = judgeUses(facts.columns, facts, maskOf, atLeast);
  const outputs = planOutputs(facts.outputs, maskOf, atLeast);
  const leaking = leaks(facts);
  const isHeld = masks.every((mask) => outcomeOf(mask, 'compute', atLeast) === 'hold');
  return {
    plan: {
      outputs: outputs.masks,
      everything: facts.outputsUnknown === true || outputs.unknown || isVague,
      ...(uses.lookups.length > 0 ? { lookups: uses.lookups } : {}),
    },
    violations: [
      ...uses.violations,
      ...outputs.violations,
      ...(isHeld ? [] : leaking),
      ...unresolvedFaults(facts.unresolved ?? []),
      ...(facts.attributes?.dynamic_text === true ? [dynamicText] : []),
    ],
    holds: [...uses.holds, ...outputs.holds, ...(isHeld ? leaking : []), ...installedCode(facts)],
  };
}

/** What is called or checked wherever its name stands already, also by what its owner trusts. */
const codeMembers = new Set(['create_function', 'alter_function', 'alter_type']);

function installedCode({ requests = [] }: Facts): readonly MaskFault[] {
  const installs = requests.some(
    ({ member, object }) => codeMembers.has(member) && !('schema' in object && object.schema === 'pg_temp'),
  );
  return installs ? [codeFault] : [];
}

const codeFault: MaskFault = {
  message: 'it changes code in a database with masked columns, which that code may read',
  hint: null,
  maskId: null,
};

function planOutputs(outputs: SqlFacts['outputs'], maskOf: MaskOf, atLeast: readonly OtherUse[]) {
  const masks: OutputMask[] = [];
  const faults = { deny: [] as MaskFault[], hold: [] as MaskFault[] };
  let unknown = false;
  for (const [index, output] of (outputs ?? []).entries()) {
    if (output.kind === 'unknown') {
      unknown = true;
    } else if (output.kind === 'column') {
      const mask = maskOf(output.column);
      if (mask) masks.push({ index, mask });
    } else if (output.kind === 'union') {
      const mask = maskOfUnion(output.columns, output.own ?? output.columns.length, maskOf);
      if (mask) masks.push({ index, mask });
    } else {
      const used = output.from.flatMap((column) => {
        const mask = maskOf(column);
        return mask === null ? [] : [{ column, mask }];
      });
      // An approval lets it run; nothing shows what is made of a masked column.
      if (used.length > 0) masks.push({ index, mask: 'full' });
      for (const { column, mask } of used) {
        const outcome = outcomeOf(mask, 'derived', atLeast);
        if (outcome === 'allow') continue;
        faults[outcome].push(usedIn(columnKey(column), `the computed column ${output.name}`, mask, outcome));
      }
    }
  }
  return { masks, violations: faults.deny, holds: faults.hold, unknown };
}

/** What is generated from masked columns is hidden whole, unless it has a mask of its own. */
function maskOfUnion(columns: readonly ColumnRef[], own: number, maskOf: MaskOf): MaskSpec | 'full' | null {
  const mask = unionMask(columns.slice(0, own).flatMap((column) => maskOf(column) ?? []));
  if (mask !== null) return mask;
  return columns.slice(own).some((column) => maskOf(column) !== null) ? 'full' : null;
}

/** The mask that hides values of any of the columns: their common one, else everything. */
function unionMask(masks: readonly MaskSpec[]): MaskSpec | 'full' | null {
  const [first, ...others] = masks;
  if (!first) return null;
  const look = (mask: MaskSpec) => canonicalJson([mask.kind, mask.options]);
  return others.every((mask) => look(mask) === look(first)) ? first : 'full';
}

const dynamicText: MaskFault = {
  message: 'it runs SQL that stands in a value, which may use masked columns',
  hint: 'Run that SQL as a statement of its own.',
  maskId: null,
};

/** What is not in the catalog may be a masked column under a name that was not read yet. */
function unresolvedFaults(names: SqlFacts['unresolved']): readonly MaskFault[] {
  const [first] = names;
  if (!first) return [];
  return [
    {
      message: `${first.kind} ${first.name} is not in the catalog, so what it shows of masked columns is unknown`,
      hint: 'Check the name and its schema, and run it again.',
      maskId: null,
    },
  ];
}

function leaks({ requests = [], attributes }: Facts): readonly MaskFault[] {
  const named = requests.flatMap(({ object }) =>
    object.kind === 'table' && leakyCatalog.has(object.name) ? [object.name] : [],
  );
  const names = named.length > 0 ? [...new Set(named)] : attributes?.reads_statistics === true ? ['it'] : [];
  return names.map((name) => ({
    message: `${name} shows values of columns or texts of other sessions, and this resource has masked columns`,
    hint: 'Leave it out; ask the resource’s owner for what you need of it.',
    maskId: null,
  }));
}
