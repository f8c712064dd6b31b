import { Client } from 'pg';
import { createParser, factsOf, readCatalog } from '#lib/sql/index';
import type { Catalog, OutputColumn, SqlFacts, SqlSessionState } from '#lib/sql/model';
import type { Parser } from '#lib/sql/parser/parser';
import { createTargetDatabase, type TargetDatabase } from '#tests/support/target-database';

/** Objects beside the shop's own that facts have to see through. */
const more = `
  CREATE SCHEMA app; CREATE SCHEMA other;
  CREATE VIEW people AS SELECT id, ssn AS tax_id, upper(name) AS shout FROM customers;
  CREATE VIEW app.nested AS SELECT p.tax_id AS t, o.status FROM people p JOIN orders o ON o.customer_id = p.id;
  CREATE MATERIALIZED VIEW app.stored AS SELECT id, ssn FROM customers;
  CREATE FUNCTION app.secret(x int) RETURNS text LANGUAGE sql AS 'SELECT ssn FROM public.customers WHERE id = x';
  CREATE FUNCTION app.purge(x int) RETURNS void LANGUAGE sql BEGIN ATOMIC DELETE FROM public.orders WHERE id = x; END;
  CREATE FUNCTION app.opaque(x int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN x; END';
  CREATE FUNCTION app.power(x int) RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RETURN x; END';
  CREATE FUNCTION app.pair(OUT a int, OUT b text) RETURNS SETOF record LANGUAGE sql AS 'SELECT id, name FROM public.customers';
  CREATE FUNCTION public.lower(varchar) RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN $1; END';
  CREATE FUNCTION public.initials(customers) RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';
  CREATE FUNCTION other.same(text, text) RETURNS bool LANGUAGE plpgsql AS 'BEGIN RETURN true; END';
  CREATE OPERATOR other.=== (FUNCTION = other.same, LEFTARG = text, RIGHTARG = text);
  CREATE TABLE app.parted (id int, ssn text) PARTITION BY RANGE (id);
  CREATE TABLE app.parted_1 PARTITION OF app.parted FOR VALUES FROM (0) TO (100);
  CREATE TABLE app.audit (id int GENERATED ALWAYS AS IDENTITY, note text DEFAULT app.opaque(1)::text, twice int GENERATED ALWAYS AS (2) STORED);
  CREATE TABLE app.lines (id int PRIMARY KEY, audit_note text, order_id int REFERENCES orders ON DELETE CASCADE);
  CREATE FUNCTION app.log() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE TRIGGER log_update BEFORE UPDATE ON payments FOR EACH ROW EXECUTE FUNCTION app.log();
  ALTER TABLE app.lines ENABLE ROW LEVEL SECURITY; CREATE POLICY mine ON app.lines USING (true);
  CREATE DOMAIN app.code AS text CHECK (app.opaque(length(VALUE)) > 0);
  CREATE TABLE other.customers (id int, nothing text);
  CREATE SEQUENCE app.numbers;
`;

export interface SqlWorld {
  readonly target: TargetDatabase;
  readonly client: Client;
  readonly parser: Parser;
  catalog: Catalog;
  /** The facts of every statement of a text. */
  read(text: string, session?: Partial<SqlSessionState>): Promise<readonly SqlFacts[]>;
  /** The facts of the last statement, said shortly. */
  tell(text: string, session?: Partial<SqlSessionState>): Promise<Told>;
  refresh(): Promise<void>;
  close(): Promise<void>;
}

export interface Told {
  readonly tag: string;
  /** `delete public.orders`, `do_block *` */
  readonly asks: readonly string[];
  /** `compute customers.ssn`; `output` is left out, `gives` says it. */
  readonly uses: readonly string[];
  /** `id=customers.id`, `x~customers.ssn` (computed), `x|a.b|c.d` (one of), `x?` */
  readonly gives: readonly string[] | null;
  readonly refused: readonly string[];
  readonly unresolved: readonly string[];
}

export async function createSqlWorld(): Promise<SqlWorld> {
  const target = await createTargetDatabase();
  const client = new Client({ connectionString: target.superuserUrl });
  await client.connect();
  await client.query(more);
  const parser = await createParser();
  const ask = async (text: string) => {
    const types = { getTypeParser: () => (value: string | null) => value };
    const { rows } = await client.query<(string | null)[]>({ text, rowMode: 'array', types });
    return rows;
  };
  const world: SqlWorld = {
    target,
    client,
    parser,
    catalog: await readCatalog(ask, null),
    async read(text, session = {}) {
      const state: SqlSessionState = {
        searchPath: ['$user', 'public'],
        role: 'shop_owner',
        tempSchema: null,
        transaction: 'none',
        ...session,
      };
      return factsOf(await parser.parse(text), world.catalog, state).statements;
    },
    async tell(text, session) {
      const facts = (await world.read(text, session)).at(-1);
      if (facts === undefined) throw new Error('the text has no statement');
      return told(facts);
    },
    async refresh() {
      world.catalog = await readCatalog(ask, world.catalog);
    },
    async close() {
      parser.close();
      await client.end();
      await target.drop();
    },
  };
  return world;
}

export function told(facts: SqlFacts): Told {
  return {
    tag: facts.tag,
    asks: facts.requests.map(({ member, object }) =>
      object.kind === 'resource'
        ? `${member} *`
        : object.kind === 'schema'
          ? `${member} ${object.schema}.*`
          : `${member} ${object.schema}.${object.name}`,
    ),
    uses: facts.columns
      .filter(({ kind }) => kind !== 'output')
      .map(({ kind, column }) => `${kind} ${column.table}.${column.column}`),
    gives: facts.outputs?.map(given) ?? null,
    refused: facts.refusals.map(({ message }) => message),
    unresolved: facts.unresolved.map(({ kind, name }) => `${kind} ${name}`),
  };
}

function given(output: OutputColumn): string {
  switch (output.kind) {
    case 'column':
      return `${output.name}=${output.column.table}.${output.column.column}`;
    case 'union':
      return [output.name, ...output.columns.map(({ table, column }) => `${table}.${column}`)].join('|');
    case 'computed':
      return [output.name, ...output.from.map(({ table, column }) => `${table}.${column}`)].join('~');
    case 'unknown':
      return `${output.name}?`;
  }
}
