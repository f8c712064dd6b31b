import { dotted, splitName } from '#lib/core/dotted-name';
import type { ColumnRef } from '#lib/sql/model';

export const maskKinds = ['fixed', 'partial', 'hash', 'null', 'generalise'] as const;

export type MaskKind = (typeof maskKinds)[number];

export const detectorNames = [
  'email',
  'card',
  'national-id',
  'iban',
  'phone',
  'jwt',
  'private-key',
  'cloud-token',
  'git-token',
  'connection-string',
] as const;

export type DetectorName = (typeof detectorNames)[number];

/** A column and how it is hidden. */
export interface MaskSpec {
  readonly id: string;
  /** `schema.table.column`, as the catalog spells it. */
  readonly column: string;
  readonly kind: MaskKind;
  /** `equality`: one value may be looked up by `column = constant`. */
  readonly lookup: 'none' | 'equality';
  readonly options: Readonly<Record<string, string | number | boolean>>;
}

/** How one output column of a statement is hidden. `full`: lineage unknown, everything is hidden. */
export interface OutputMask {
  /** Zero-based position in the row. */
  readonly index: number;
  readonly mask: MaskSpec | 'full';
}

/** What to hide of one statement's result. */
export interface MaskPlan {
  readonly outputs: readonly OutputMask[];
  /** True when the number of output columns is unknown: mask every column of whatever comes back. */
  readonly everything: boolean;
  /** Masked columns of which one value is looked up by equality: their distinct values are limited. */
  readonly lookups?: readonly string[];
}

export const nothingMasked: MaskPlan = { outputs: [], everything: false };

/** A masked column's parts; null when the mask's name is malformed, and then everything is masked. */
export function maskedColumn(mask: Pick<MaskSpec, 'column'>): ColumnRef | null {
  const parts = splitName(mask.column);
  const [schema, table, column] = parts ?? [];
  if (!schema || !table || !column || parts?.length !== 3) return null;
  return { schema: schema.text, table: table.text, column: column.text };
}

/** One text for a column, as masks name it: `schema.table.column`. */
export function columnKey({ schema, table, column }: ColumnRef): string {
  return dotted(schema, table, column);
}
