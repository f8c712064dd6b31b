import { columnKey, type MaskPlan, type MaskSpec, maskedColumn } from '#lib/masking/model';
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

/**
 * Masks that the description itself asks for, whatever the lineage says: a column that the target
 * names as a masked one.
 */
export function masksOfDescription(
  columns: readonly ColumnDescription[],
  masks: readonly MaskSpec[],
  catalog: Catalog,
): MaskPlan['outputs'] {
  const byColumn = new Map<string, MaskSpec>();
  for (const mask of masks) {
    const column = maskedColumn(mask);
    if (column !== null) byColumn.set(columnKey(column), mask);
  }
  return columns.flatMap((column, index) => {
    if (column.tableOid === 0) return [];
    const relation = catalog.relationByOid(column.tableOid);
    const name = relation?.columns.find(({ number }) => number === column.attribute)?.name;
    if (!relation || name === undefined) return [];
    const mask = byColumn.get(columnKey({ schema: relation.schema, table: relation.name, column: name }));
    return mask ? [{ index, mask }] : [];
  });
}
