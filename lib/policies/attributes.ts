/** A named value that facts may carry, readable in policies as `context.facts.NAME`. */
export interface AttributeSpec {
  readonly name: string;
  readonly type: 'boolean' | 'number' | 'string';
  /** What a policy reads when the facts don't say: the value that is refused or held first. */
  readonly absent: boolean | number | string;
  readonly about: string;
}

/** Attributes of facts. A name that is not here never reaches a policy. */
export const factAttributes: readonly AttributeSpec[] = [
  {
    name: 'has_where',
    type: 'boolean',
    absent: false,
    about: 'every UPDATE and DELETE in the statement has a WHERE that is not constant',
  },
  {
    name: 'rows_known',
    type: 'number',
    absent: -1,
    about: 'rows of a plain INSERT … VALUES, counted in the text; -1 when unknown',
  },
];
