import { describe, expect, it } from 'vitest';
import { planMasks } from '#lib/masking/index';
import type { MaskSpec } from '#lib/masking/model';
import type { ColumnUse, OutputColumn, SqlFacts } from '#lib/sql/model';

const column = (name: string, table = 'customers') => ({ schema: 'public', table, column: name });
const mask = (name: string, changes: Partial<MaskSpec> = {}): MaskSpec => ({
  id: `msk_${name}`,
  column: `public.customers.${name}`,
  kind: 'fixed',
  lookup: 'none',
  options: {},
  ...changes,
});
const masks = [
  mask('ssn'),
  mask('email', { kind: 'partial', lookup: 'equality' }),
  mask('born', { kind: 'generalise' }),
];

type Facts = Parameters<typeof planMasks>[0];
const facts = (changes: Partial<SqlFacts> = {}): Facts => ({
  tag: 'SELECT',
  requests: [],
  attributes: {},
  functions: [],
  columns: [],
  outputs: [],
  outputsUnknown: false,
  unresolved: [],
  ...changes,
});
const use = (name: string, kind: ColumnUse['kind'], where = 'ORDER BY'): ColumnUse => ({
  column: column(name),
  kind,
  where,
});
const out = (name: string): OutputColumn => ({ kind: 'column', name, column: column(name) });

describe('planMasks', () => {
  it('masks a column that reaches the output as itself, where it stands', () => {
    const verdict = planMasks(
      facts({ outputs: [out('id'), out('ssn'), out('email')], columns: [use('ssn', 'output')] }),
      masks,
    );
    expect(verdict.plan).toEqual({
      outputs: [
        { index: 1, mask: masks[0] },
        { index: 2, mask: masks[1] },
      ],
      everything: false,
    });
    expect(verdict.violations).toEqual([]);
  });

  it.each(['compute'] as const)('denies every other use: %s', (kind) => {
    const verdict = planMasks(facts({ columns: [use('ssn', kind)] }), masks);
    expect(verdict.violations[0]?.message).toBe(
      'public.customers.ssn is masked, and may not be used in ORDER BY',
    );
    expect(planMasks(facts({ columns: [use('name', kind)] }), masks).violations).toEqual([]);
  });

  it('denies a computed output, and masks it whole should it come all the same', () => {
    const outputs: OutputColumn[] = [{ kind: 'computed', name: 'x', from: [column('id'), column('ssn')] }];
    const verdict = planMasks(facts({ outputs }), masks);
    expect(verdict.violations).toHaveLength(1);
    expect(verdict.plan.outputs).toEqual([{ index: 0, mask: 'full' }]);
  });

  it('allows one value to be looked up only where the mask says so, and never in EXPLAIN', () => {
    expect(planMasks(facts({ columns: [use('ssn', 'equality')] }), masks).violations).toHaveLength(1);
    const allowed = planMasks(facts({ columns: [use('email', 'equality')] }), masks);
    expect(allowed).toMatchObject({ violations: [], plan: { lookups: ['public.customers.email'] } });
    for (const changes of [{ tag: 'EXPLAIN' }, { attributes: { in_explain: true } }]) {
      expect(
        planMasks(facts({ columns: [use('email', 'equality')], ...changes }), masks).violations,
      ).toHaveLength(1);
    }
  });

  it('lets new values be written, and holds where a masked value could not be told from a real one', () => {
    expect(planMasks(facts({ outputs: null, columns: [use('ssn', 'written')] }), masks)).toMatchObject({
      violations: [],
      holds: [],
    });
    expect(planMasks(facts({ outputs: null, columns: [use('born', 'written')] }), masks).holds).toHaveLength(
      1,
    );
  });

  it('takes one of several columns for masked when any is', () => {
    const union = (...names: string[]): OutputColumn => ({
      kind: 'union',
      name: 'u',
      columns: names.map((name) => column(name)),
    });
    const plan = (output: OutputColumn) => planMasks(facts({ outputs: [output] }), masks).plan.outputs;
    expect(plan(union('id', 'ssn'))).toEqual([{ index: 0, mask: masks[0] }]);
    expect(plan(union('email', 'ssn'))).toEqual([{ index: 0, mask: 'full' }]);
    expect(plan(union('id', 'name'))).toEqual([]);
  });

  it('masks everything where anything is unknown', () => {
    const everything = (changes: Partial<SqlFacts>, specs = masks) =>
      planMasks(facts(changes), specs).plan.everything;
    expect(everything({ outputs: [{ kind: 'unknown', name: 'x' }] })).toBe(true);
    expect(everything({ outputsUnknown: true })).toBe(true);
    expect(everything({}, [mask('x', { column: 'customers.x' })])).toBe(true);
    expect(planMasks({ requests: [] }, masks).plan.everything).toBe(true);
  });

  it('denies names that nobody knows, SQL in values, and the statistics of the catalog', () => {
    const violations = (changes: Partial<SqlFacts>) => planMasks(facts(changes), masks).violations.length;
    expect(violations({ unresolved: [{ kind: 'relation', name: 'customer' }] })).toBe(1);
    expect(violations({ attributes: { dynamic_text: true } })).toBe(1);
    const object = { kind: 'table' as const, schema: 'pg_catalog', name: 'pg_stats' };
    expect(violations({ requests: [{ action: 'read', member: 'select', object }] })).toBe(1);
  });

  it('does nothing where nothing is masked', () => {
    const open = planMasks(facts({ outputsUnknown: true, columns: [use('ssn', 'compute')] }), []);
    expect(open).toEqual({
      plan: { outputs: [], everything: false },
      violations: [],
      holds: [],
    });
  });

  it('tells quoted names apart', () => {
    const odd = mask('x', { column: 'public."a.b".c' });
    const outputs: OutputColumn[] = [
      { kind: 'column', name: 'c', column: { schema: 'public', table: 'a.b', column: 'c' } },
      { kind: 'column', name: 'c', column: { schema: 'public', table: 'a', column: 'b.c' } },
    ];
    expect(planMasks(facts({ outputs }), [odd]).plan).toEqual({
      outputs: [{ index: 0, mask: odd }],
      everything: false,
    });
  });
});
