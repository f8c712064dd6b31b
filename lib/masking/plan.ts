import { canonicalJson } from '#lib/core/canonical-json';
import type { ColumnRef, ColumnUse, SqlFacts } from '#lib/sql/model';
import {
  columnKey,
  type MaskPlan,
  type MaskSpec,
  maskedColumn,
  nothingMasked,
  type OutputMask,
} from './model.ts';

/** Why a statement can't run as it is, in a sentence for the agent, and what to do instead. */
export interface MaskFault {
  readonly message: string;
  readonly hint: string | null;
  readonly maskId: string | null;
}

export interface MaskVerdict {
  readonly plan: MaskPlan;
  /** Uses of masked columns that would show something of their values: denied. */
  readonly violations: readonly MaskFault[];
  /** Writes to a column whose mask carries no mark, so that a masked value could be written back: held. */
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
 * open while the resource has masks is hidden whole.
 */
export function planMasks(facts: Facts, masks: readonly MaskSpec[]): MaskVerdict {
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
  const uses = judgeUses(facts.columns, facts, maskOf);
  const outputs = planOutputs(facts.outputs, maskOf);
  return {
    plan: {
      outputs: outputs.masks,
      everything: facts.outputsUnknown === true || outputs.unknown || isVague,
      ...(uses.lookups.length > 0 ? { lookups: uses.lookups } : {}),
    },
    violations: [
      ...uses.violations,
      ...outputs.violations,
      ...leaks(facts),
      ...unresolvedFaults(facts.unresolved ?? []),
      ...(facts.attributes?.dynamic_text === true ? [dynamicText] : []),
    ],
    holds: [...uses.holds, ...installedCode(facts)],
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

type MaskOf = (column: ColumnRef) => MaskSpec | null;

function judgeUses(columns: readonly ColumnUse[], facts: Facts, maskOf: MaskOf) {
  const violations = new Map<string, MaskFault>();
  const holds = new Map<string, MaskFault>();
  const lookups = new Set<string>();
  for (const use of columns) {
    const mask = maskOf(use.column);
    if (!mask) continue;
    const name = columnKey(use.column);
    if (use.kind === 'compute') {
      violations.set(name + use.where, usedIn(name, use.where, mask));
    } else if (use.kind === 'equality' && mask.lookup !== 'equality') {
      violations.set(name, {
        message: `${name} is masked, and may not be compared`,
        hint: `Find the rows by another column; ask an admin for lookup by equality on ${name} if the task needs it.`,
        maskId: mask.id,
      });
    } else if (use.kind === 'equality') {
      lookups.add(name);
      if (facts.tag === 'EXPLAIN' || facts.attributes?.in_explain === true)
        violations.set(`${name} explain`, usedIn(name, 'EXPLAIN', mask));
    } else if (use.kind === 'written' && (mask.kind === 'null' || mask.kind === 'generalise')) {
      holds.set(name, {
        message: `${name} is shown masked without a mark, so a write may store a masked value`,
        hint: null,
        maskId: mask.id,
      });
    } else if (use.kind === 'shown') {
      holds.set(`${name} shown`, {
        message: `${name} is masked, and what ${use.where} makes of it stays for others to read`,
        hint: null,
        maskId: mask.id,
      });
    }
  }
  return { violations: [...violations.values()], holds: [...holds.values()], lookups: [...lookups] };
}

function usedIn(name: string, where: string, mask: MaskSpec): MaskFault {
  const hint =
    mask.lookup === 'equality'
      ? `Select the column itself (it comes back masked), or compare it with one value: ${name} = $1.`
      : 'Select the column itself (it comes back masked), or leave it out.';
  return {
    message: `${name} is masked, and may not be used in ${where || 'an expression'}`,
    hint,
    maskId: mask.id,
  };
}

function planOutputs(outputs: SqlFacts['outputs'], maskOf: MaskOf) {
  const masks: OutputMask[] = [];
  const violations: MaskFault[] = [];
  let unknown = false;
  for (const [index, output] of (outputs ?? []).entries()) {
    if (output.kind === 'unknown') {
      unknown = true;
    } else if (output.kind === 'column') {
      const mask = maskOf(output.column);
      if (mask) masks.push({ index, mask });
    } else if (output.kind === 'union') {
      const mask = unionMask(output.columns.flatMap((column) => maskOf(column) ?? []));
      if (mask) masks.push({ index, mask });
    } else {
      for (const column of output.from) {
        const mask = maskOf(column);
        if (!mask) continue;
        masks.push({ index, mask: 'full' });
        violations.push(usedIn(columnKey(column), `the computed column ${output.name}`, mask));
        break;
      }
    }
  }
  return { masks, violations, unknown };
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
