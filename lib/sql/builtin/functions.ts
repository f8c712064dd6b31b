import table from './functions.json' with { type: 'json' };

// What is known of pg_catalog's functions, made from Postgres 18 by bench/sql/builtin-functions.ts.

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const harmless = words(table.harmless);
const others = words(table.others);
const volatile = words(table.volatile);
const columns: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(table.columns).map(([name, list]) => [name, list.split(' ')]),
);

export function isBuiltinFunction(name: string): boolean {
  return harmless.has(name) || others.has(name);
}

/** Every overload only computes from its arguments and the catalog. */
export function isHarmlessFunction(name: string): boolean {
  return harmless.has(name);
}

export function builtinVolatility(name: string): 'stable' | 'volatile' {
  return volatile.has(name) ? 'volatile' : 'stable';
}

/** Names of the columns of its result; null: one value, or not known. */
export function builtinResultColumns(name: string): readonly string[] | null {
  if (name === '_pg_expandarray') return ['x', 'n'];
  return columns.get(name) ?? null;
}

/** Functions that information_schema's views and drivers' metadata queries are written with. */
export function isInformationFunction(schema: string | null, name: string): boolean {
  return schema === 'information_schema' && name.startsWith('_pg_');
}

/** Built-in types that have no function of their name: `uuid('…')` is a cast all the same. */
export const castTypes = words(
  'bytea char bpchar varchar name text int2 int4 int8 float4 float8 numeric bool oid json jsonb uuid inet cidr ' +
    'macaddr macaddr8 bit varbit tsvector tsquery date time timetz timestamp timestamptz interval point line lseg ' +
    'box path polygon circle regproc regprocedure regoper regoperator regtype regrole regnamespace regconfig ' +
    'regdictionary regcollation int4range int8range numrange tsrange tstzrange daterange pg_lsn',
);

/** Functions whose row type only the caller knows. */
export const recordFunctions = words(
  'json_to_record json_to_recordset jsonb_to_record jsonb_to_recordset json_populate_record ' +
    'json_populate_recordset jsonb_populate_record jsonb_populate_recordset jsonb_populate_record_valid',
);
