export const maskKinds = ['fixed', 'partial', 'hash', 'null', 'generalise'] as const;

export type MaskKind = (typeof maskKinds)[number];

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
}

export const nothingMasked: MaskPlan = { outputs: [], everything: false };
