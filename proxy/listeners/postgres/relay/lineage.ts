import { columnKey, type MaskPlan, type MaskSpec, maskedColumn } from '#lib/masking/model';
import type { PolicyResource } from '#lib/policies/model';
import type { Catalog, SqlFacts } from '#lib/sql/model';
import type { ColumnDescription } from '../codec/read.ts';

/**
 * True when what the target describes is what the facts say: as many columns, and each plain table
 * column the one that its lineage names.
 */
export function agrees(facts: SqlFacts, columns: readonly ColumnDescription[]): boolean {
  if (facts.outputs === null || facts.outputsUnknown || facts.outputs.length !== columns.length) return false;
  return facts.outputs.every(({ origin }, index) => {
    const described = columns[index] as ColumnDescription;
    if (origin === undefined) return true;
    if (origin === null) return described.tableOid === 0 && described.attribute === 0;
    return origin.tableOid === described.tableOid && origin.attribute === described.attribute;
  });
}

/** False: whatever comes back passes as it is. */
export function mayHide({ masks, detect = [] }: PolicyResource): boolean {
  return masks.length > 0 || detect.length > 0;
}

/** Masks by table, then by column. */
type MasksByTable = ReadonlyMap<string, ReadonlyMap<string, MaskSpec>>;

const byTables = new WeakMap<readonly MaskSpec[], MasksByTable>();

/**
 * Masks that the description itself asks for, whatever the lineage says: a column that the target
 * names as a masked one.
 */
export function masksOfDescription(
  columns: readonly ColumnDescription[],
  masks: readonly MaskSpec[],
  catalog: Catalog,
): MaskPlan['outputs'] {
  const byTable = byTableOf(masks);
  return columns.flatMap(({ tableOid, attribute }, index) => {
    const relation = tableOid === 0 ? null : catalog.relationByOid(tableOid);
    if (relation === null) return [];
    const masked = byTable.get(tableKey(relation.schema, relation.name));
    if (masked === undefined) return [];
    const name = relation.columns.find(({ number }) => number === attribute)?.name;
    const mask = name === undefined ? undefined : masked.get(name);
    return mask ? [{ index, mask }] : [];
  });
}

function byTableOf(masks: readonly MaskSpec[]): MasksByTable {
  const known = byTables.get(masks);
  if (known !== undefined) return known;
  const found = new Map<string, Map<string, MaskSpec>>();
  for (const mask of masks) {
    const column = maskedColumn(mask);
    if (column === null) continue;
    const key = tableKey(column.schema, column.table);
    const columns = found.get(key) ?? new Map<string, MaskSpec>();
    columns.set(column.column, mask);
    found.set(key, columns);
  }
  byTables.set(masks, found);
  return found;
}

function tableKey(schema: string, table: string): string {
  return columnKey({ schema, table, column: '' });
}
