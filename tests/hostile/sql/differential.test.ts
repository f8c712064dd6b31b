import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OutputColumn, SqlFacts } from '#lib/sql/model';
import { createSqlWorld, type SqlWorld } from '#tests/domain/sql/sql-world';
import { Grammar } from './grammar.ts';

// Generated statements run on a real server; what they really read, wrote and called, and whether the
// values of a column reached the result, must all be in the facts.

const seed = Number(process.env.COUNTERSIGN_DIFFERENTIAL_SEED ?? 20261124);
const cases = Number(process.env.COUNTERSIGN_DIFFERENTIAL_CASES ?? 200);

let world: SqlWorld;

beforeAll(async () => {
  world = await createSqlWorld();
  await world.client.query(`
    INSERT INTO app.parted SELECT id, ssn FROM customers WHERE id < 100;
    INSERT INTO other.customers SELECT id, name FROM customers WHERE id < 20;
    REFRESH MATERIALIZED VIEW app.stored; DELETE FROM customers WHERE id > 40 AND id NOT IN (SELECT customer_id FROM orders);
    SET track_functions = 'all'; SET jit = off`);
});
afterAll(() => world.close());

interface Ran {
  readonly rows: readonly (readonly unknown[])[];
  readonly count: number;
}

async function run(text: string): Promise<Ran | string> {
  await world.client.query("SET LOCAL statement_timeout = '200ms'");
  try {
    const { rows, rowCount } = await world.client.query<unknown[]>({ text, rowMode: 'array' });
    await world.client.query('SET LOCAL statement_timeout = 0');
    return { rows, count: rowCount ?? 0 };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Runs it in a savepoint that is taken back, as it is and with other values in customers.ssn. */
async function observe(text: string) {
  const { client } = world;
  await client.query('BEGIN');
  try {
    await client.query('SAVEPOINT a');
    const before = await countsNow();
    const first = await run(text);
    const after = typeof first === 'string' ? before : await countsNow();
    const touched = [...after].flatMap(([what, times]) => (times > (before.get(what) ?? 0) ? [what] : []));
    await client.query('ROLLBACK TO a');
    await client.query("UPDATE customers SET ssn = 'z' || md5(ssn)");
    await client.query('SAVEPOINT b');
    const second = await run(text);
    return { first, second, touched };
  } finally {
    await client.query('ROLLBACK');
  }
}

/** How often this session has scanned, written and called each thing; not all of it in this transaction. */
async function countsNow(): Promise<ReadonlyMap<string, number>> {
  const { rows } = await world.client.query<{ what: string; times: string }>(`
    SELECT 'reads ' || schemaname || '.' || relname AS what,
      COALESCE(seq_scan, 0) + COALESCE(idx_scan, 0) AS times FROM pg_stat_xact_user_tables
    UNION ALL SELECT 'writes ' || schemaname || '.' || relname,
      n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables
    UNION ALL SELECT 'calls ' || schemaname || '.' || funcname, calls FROM pg_stat_xact_user_functions`);
  return new Map(rows.map(({ what, times }) => [what, Number(times)]));
}

/** What views and partitions read is their owner's affair. */
const behind: Readonly<Record<string, string>> = {
  'public.people': 'public.customers',
  'app.parted': 'app.parted_1',
};
/** A delete or update also looks for rows that refer to it. */
const checked = ['public.orders', 'public.payments', 'public.customers', 'app.lines'];

function namesOf(facts: SqlFacts, actions: readonly string[]): Set<string> {
  const names = facts.requests.flatMap(({ action, object }) =>
    actions.includes(action) && object.kind === 'table' ? [`${object.schema}.${object.name}`] : [],
  );
  return new Set(names.flatMap((name) => [name, behind[name] ?? name]));
}

const isSecret = ({ table, column }: { table: string; column: string }) =>
  table === 'customers' && column === 'ssn';

function mayHoldSecret(output: OutputColumn): boolean {
  switch (output.kind) {
    case 'column':
      return isSecret(output.column);
    case 'union':
      return output.columns.some(isSecret);
    case 'computed':
      return output.from.some(isSecret);
    case 'unknown':
      return true;
  }
}

/** Rows without the columns that the facts call secret, in an order of their own. */
function plainRows(ran: Ran, facts: SqlFacts): string {
  const hidden = (facts.outputs ?? []).map(mayHoldSecret);
  const rows = ran.rows.map((row) => JSON.stringify(row.filter((_value, index) => !hidden[index])));
  return JSON.stringify([ran.count, rows.sort()]);
}

function isInFacts(facts: SqlFacts, what: string): boolean {
  const [verb, name = ''] = what.split(' ');
  const written = namesOf(facts, ['write']);
  if (verb === 'writes') return written.has(name);
  if (verb === 'reads')
    return (
      namesOf(facts, ['read']).has(name) || written.has(name) || (written.size > 0 && checked.includes(name))
    );
  const called = facts.functions.some((use) => `${use.schema}.${use.name}` === name);
  return called || facts.setsOff.some((sentence) => sentence.includes(`${name}()`));
}

function problemsOf(facts: SqlFacts, seen: Awaited<ReturnType<typeof observe>>): string[] {
  const problems: string[] = [];
  if (facts.refusals.length > 0) problems.push(`refused: ${facts.refusals[0]?.message}`);
  if (facts.unresolved.length > 0 && typeof seen.first !== 'string')
    problems.push(`unresolved: ${facts.unresolved[0]?.name}`);
  const { first, second, touched } = seen;
  problems.push(...touched.filter((what) => !isInFacts(facts, what)));
  // What is derived shows in the outputs that name the column, and nowhere else.
  const used = facts.columns.some(
    ({ kind, column }) => !['output', 'written', 'derived'].includes(kind) && isSecret(column),
  );
  if (used) return problems;
  if (typeof first === 'string' || typeof second === 'string') {
    const timeout = (ran: Ran | string) => typeof ran === 'string' && ran.includes('timeout');
    if (typeof first !== typeof second && !timeout(first) && !timeout(second))
      problems.push('an error tells of ssn');
  } else if (plainRows(first, facts) !== plainRows(second, facts)) problems.push('ssn reaches the result');
  if (typeof first !== 'string' && facts.outputs !== null && !facts.outputsUnknown && first.rows[0]) {
    if (first.rows[0].length !== facts.outputs.length) problems.push('another number of columns');
  }
  return problems;
}

describe('generated statements', () => {
  it(`do nothing that is not in their facts (${cases} of seed ${seed})`, async () => {
    let ran = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (number) => {
        const text = new Grammar(number).statement();
        const [facts] = await world.read(text);
        if (facts === undefined) throw new Error('the text has no statement');
        const seen = await observe(text);
        if (typeof seen.first !== 'string') ran++;
        expect({ text, problems: problemsOf(facts, seen) }).toEqual({ text, problems: [] });
      }),
      { seed, numRuns: cases, endOnFailure: true },
    );
    expect(ran).toBeGreaterThan(cases / 2);
  }, 900_000);

  it('would see a fact that is missing', async () => {
    const text = 'SELECT upper(ssn) FROM customers';
    const [facts] = await world.read(text);
    if (facts === undefined) throw new Error('the text has no statement');
    const blind: SqlFacts = {
      ...facts,
      columns: [],
      outputs: [{ kind: 'computed', name: 'upper', from: [] }],
    };
    expect(problemsOf(blind, await observe(text))).toEqual(['ssn reaches the result']);
    const unread: SqlFacts = { ...facts, requests: [] };
    expect(problemsOf(unread, await observe(text))).toEqual(['reads public.customers']);
  });
});
