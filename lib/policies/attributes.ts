import { type SqlAttribute, sqlAttributes } from '#lib/sql/attributes';

/** A named value that facts may carry, readable in policies as `context.facts.NAME`. */
export interface AttributeSpec {
  readonly name: string;
  readonly type: 'boolean' | 'number' | 'string';
  /** What a policy reads when the facts don't say: the value that is held or refused first. */
  readonly absent: boolean | number | string;
  readonly about: string;
}

const unknownCount = -1;

// The collector marks only what it met: so absent means "no" where it always looks, and -1 is unknown.
const sqlAbsent: Readonly<Record<SqlAttribute, boolean | number | string>> = {
  has_where: false,
  rows_known: unknownCount,
  statements: 1,
  writes: 0,
  returns_rows: false,
  calls_functions: 0,
  set_role: '',
  changes_pinned: false,
  reads_statistics: false,
  in_explain: false,
  in_explain_analyze: false,
  opaque: false,
  dynamic_text: false,
  temporary_only: false,
  cascade: false,
  unresolved: 0,
};

/** Attributes of facts. A name that is not here never reaches a policy. */
export const factAttributes: readonly AttributeSpec[] = Object.entries(sqlAbsent).map(([name, absent]) => ({
  name,
  type: typeof absent as AttributeSpec['type'],
  absent,
  about: sqlAttributes[name as SqlAttribute],
}));
