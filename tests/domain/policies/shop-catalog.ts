import type { Catalog, CatalogRelation, SqlSessionState } from '#lib/sql/model';

const relation = (
  oid: number,
  schema: string,
  name: string,
  columns: readonly string[],
): CatalogRelation => ({
  oid,
  schema,
  name,
  kind: 'r',
  columns: columns.map((column, index) => ({ name: column, number: index + 1, typeOid: 25 })),
  viewDefinition: null,
  setsOff: [],
});

const relations = [
  relation(1, 'public', 'customers', ['id', 'name', 'email', 'ssn', 'phone', 'created_at']),
  relation(2, 'public', 'orders', ['id', 'customer_id', 'total_cents', 'status', 'placed_at']),
  relation(3, 'public', 'payments', ['id', 'order_id', 'card_number', 'amount_cents', 'paid_at']),
  relation(4, 'pg_catalog', 'pg_class', ['oid', 'relname', 'relnamespace', 'relkind']),
  relation(5, 'pg_catalog', 'pg_namespace', ['oid', 'nspname']),
  relation(6, 'pg_catalog', 'pg_stats', ['schemaname', 'tablename', 'most_common_vals']),
  relation(7, 'pg_catalog', 'pg_authid', ['rolname', 'rolpassword']),
  relation(8, 'pg_catalog', 'pg_stat_activity', ['pid', 'query']),
];

/** The shop's tables, and what of the catalog these tests read. */
export const shopCatalog: Catalog = {
  epoch: 1,
  database: 'shop',
  relation: (schema, name) => relations.find((each) => each.schema === schema && each.name === name) ?? null,
  relationByOid: (oid) => relations.find((each) => each.oid === oid) ?? null,
  functions: () => [],
  hasSchema: (schema) => relations.some((each) => each.schema === schema),
};

export const shopSession: SqlSessionState = { searchPath: ['public'], role: 'shop_owner', tempSchema: null };
