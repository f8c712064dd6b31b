// What a connection is asked to know its target's catalog. They run on Postgres 14 to 18 and under any
// search_path: every name and operator is qualified, so that nothing of the agent's is called.

const eq = 'OPERATOR(pg_catalog.=)';
const ne = 'OPERATOR(pg_catalog.<>)';
const least = 'OPERATOR(pg_catalog.>=) 16384';
const below = 'OPERATOR(pg_catalog.<) 16384';

/** No temporary objects but those of the asking session. */
const ownOrLasting = (table: string) =>
  `(${table}.relpersistence ${ne} 't' OR ${table}.relnamespace ${eq} pg_catalog.pg_my_temp_schema())`;

const kinds = (table: string, list: string) =>
  `${table}.relkind ${eq} ANY ('{${list}}'::pg_catalog."char"[])`;

/** One number and sum over the versions of some catalog rows: it changes when any of them does. */
function versions(from: string, key = 'x.oid'): string {
  const row = `pg_catalog.concat(${key}, ' ', x.xmin, ' ', x.ctid)`;
  const sum = `pg_catalog.sum(pg_catalog.hashtextextended(${row}, 0))`;
  return `(SELECT pg_catalog.concat(pg_catalog.count(*), '/', ${sum}) FROM ${from})`;
}

/** Database, search path, and the versions of everything that the other questions read. */
export const fingerprint = `SELECT pg_catalog.current_database()::pg_catalog.text,
  pg_catalog.array_to_json(pg_catalog.current_schemas(true))::pg_catalog.text,
  pg_catalog.concat_ws(' ',
    ${[
      versions(`pg_catalog.pg_class x WHERE x.oid ${least} AND ${ownOrLasting('x')}`),
      versions(
        `pg_catalog.pg_attribute x JOIN pg_catalog.pg_class c ON c.oid ${eq} x.attrelid
         WHERE c.oid ${least} AND ${ownOrLasting('c')}`,
        "pg_catalog.concat(x.attrelid, '.', x.attnum)",
      ),
      versions('pg_catalog.pg_namespace x'),
      versions(`pg_catalog.pg_proc x WHERE x.oid ${least}`),
      versions(
        `pg_catalog.pg_type x WHERE x.oid ${least} AND x.typtype ${ne} 'c' AND x.typcategory ${ne} 'A'`,
      ),
      versions(`pg_catalog.pg_operator x WHERE x.oid ${least}`),
      versions(`pg_catalog.pg_cast x WHERE x.oid ${least}`),
      versions('pg_catalog.pg_inherits x', "pg_catalog.concat(x.inhrelid, '.', x.inhparent)"),
      versions('pg_catalog.pg_attrdef x'),
      versions(`pg_catalog.pg_constraint x WHERE x.oid ${least}`),
      versions(`pg_catalog.pg_trigger x WHERE x.oid ${least}`),
      versions('pg_catalog.pg_policy x'),
      versions(`pg_catalog.pg_rewrite x WHERE x.oid ${least}`),
      versions('pg_catalog.pg_extension x'),
    ].join(',\n    ')})`;

export const schemas = `SELECT n.nspname::pg_catalog.text FROM pg_catalog.pg_namespace n`;

/** oid, schema, name, kind, definition, row security, own row security */
const relationColumns = `c.oid::pg_catalog.text, n.nspname::pg_catalog.text, c.relname::pg_catalog.text, c.relkind::pg_catalog.text`;

/** `safe`: built-in operators come first in the search path, which pg_get_viewdef itself relies on. */
export const relations = (safe: boolean) => `SELECT ${relationColumns},
    ${safe ? `CASE WHEN ${kinds('c', 'v,m')} THEN pg_catalog.pg_get_viewdef(c.oid) END` : 'NULL'},
    c.relrowsecurity::pg_catalog.text
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid ${eq} c.relnamespace
  WHERE c.oid ${least} AND ${kinds('c', 'r,p,v,m,f,S,i,I,c')} AND ${ownOrLasting('c')}`;

/** relation, name, number, type (of a domain the one that it stands on), generated */
export const attributes = `WITH RECURSIVE domains (type, base) AS (
    SELECT t.oid, t.typbasetype FROM pg_catalog.pg_type t WHERE t.typtype ${eq} 'd'
    UNION ALL SELECT d.type, t.typbasetype FROM domains d JOIN pg_catalog.pg_type t ON t.oid ${eq} d.base
    WHERE t.typtype ${eq} 'd'),
  bases AS (SELECT d.type, d.base FROM domains d JOIN pg_catalog.pg_type t ON t.oid ${eq} d.base
    WHERE t.typtype OPERATOR(pg_catalog.<>) 'd')
  SELECT a.attrelid::pg_catalog.text, a.attname::pg_catalog.text, a.attnum::pg_catalog.text,
    COALESCE(b.base, a.atttypid)::pg_catalog.text, a.attgenerated::pg_catalog.text
  FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid ${eq} a.attrelid
    LEFT JOIN bases b ON b.type ${eq} a.atttypid
  WHERE c.oid ${least} AND ${kinds('c', 'r,p,v,m,f,S,c')} AND ${ownOrLasting('c')}
    AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped
  ORDER BY a.attrelid, a.attnum`;

/** The server's own relations: oid, schema, name, kind, column names by number (null: dropped). */
export const systemRelations = `SELECT ${relationColumns},
    pg_catalog.json_agg(pg_catalog.json_build_array(a.attname, a.attnum, a.atttypid::pg_catalog.int8) ORDER BY a.attnum)::pg_catalog.text
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid ${eq} c.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid ${eq} c.oid
  WHERE c.oid ${below} AND ${kinds('c', 'r,v')} AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped
  GROUP BY 1, 2, 3, 4`;

/**
 * What expressions of columns depend on, by the object that depends: the expression itself, and on Postgres 14,
 * for generated columns, the column.
 */
const columnDependencies = `(SELECT d.adrelid, d.adnum, a.attgenerated ${ne} '' AS generated, x.refclassid, x.refobjid, x.refobjsubid
    FROM pg_catalog.pg_attrdef d
      JOIN pg_catalog.pg_attribute a ON a.attrelid ${eq} d.adrelid AND a.attnum ${eq} d.adnum
      JOIN pg_catalog.pg_depend x ON x.classid ${eq} 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND x.objid ${eq} d.oid
    UNION
    SELECT a.attrelid, a.attnum, true, x.refclassid, x.refobjid, x.refobjsubid
    FROM pg_catalog.pg_attribute a
      JOIN pg_catalog.pg_depend x ON x.classid ${eq} 'pg_catalog.pg_class'::pg_catalog.regclass
        AND x.objid ${eq} a.attrelid AND x.objsubid ${eq} a.attnum
    WHERE a.attgenerated ${ne} '')`;

/** relation, number of a generated column, name of a column that it is made of */
export const generatedFrom = `SELECT d.adrelid::pg_catalog.text, d.adnum::pg_catalog.text, s.attname::pg_catalog.text
  FROM ${columnDependencies} d
    JOIN pg_catalog.pg_attribute s ON s.attrelid ${eq} d.adrelid AND s.attnum ${eq} d.refobjsubid
  WHERE d.generated AND d.refclassid ${eq} 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid ${eq} d.adrelid
    AND s.attnum ${ne} d.adnum`;

/** relation, column number, function: user functions that defaults and generated columns call */
export const defaultCalls = `SELECT d.adrelid::pg_catalog.text, d.adnum::pg_catalog.text,
    pg_catalog.concat(n.nspname, '.', p.proname)
  FROM ${columnDependencies} d JOIN pg_catalog.pg_proc p ON p.oid ${eq} d.refobjid
    JOIN pg_catalog.pg_namespace n ON n.oid ${eq} p.pronamespace
  WHERE d.refclassid ${eq} 'pg_catalog.pg_proc'::pg_catalog.regclass AND p.oid ${least}`;

const extensionOf = (catalog: string, object: string) => `(SELECT e.extname::pg_catalog.text
    FROM pg_catalog.pg_depend x JOIN pg_catalog.pg_extension e ON e.oid ${eq} x.refobjid
    WHERE x.classid ${eq} 'pg_catalog.${catalog}'::pg_catalog.regclass AND x.objid ${eq} ${object}
      AND x.refclassid ${eq} 'pg_catalog.pg_extension'::pg_catalog.regclass AND x.deptype ${eq} 'e' LIMIT 1)`;

/** One JSON object each. */
export const functions = `SELECT pg_catalog.json_build_object(
    'oid', p.oid::pg_catalog.int8, 'schema', n.nspname, 'name', p.proname,
    'argumentCount', p.pronargs, 'defaultCount', p.pronargdefaults, 'variadic', p.provariadic ${ne} 0,
    'volatility', p.provolatile, 'language', l.lanname, 'owner', pg_catalog.pg_get_userbyid(p.proowner),
    'securityDefiner', p.prosecdef, 'returnsSet', p.proretset, 'names', p.proargnames, 'modes', p.proargmodes,
    'settings', p.proconfig, 'kind', p.prokind,
    'source', CASE WHEN l.lanname ${eq} 'sql' AND p.prosqlbody IS NULL THEN p.prosrc END,
    'definition', CASE WHEN p.prosqlbody IS NOT NULL THEN pg_catalog.pg_get_functiondef(p.oid) END,
    'rowType', (SELECT pg_catalog.json_agg(a.attname ORDER BY a.attnum) FROM pg_catalog.pg_type t
       JOIN pg_catalog.pg_attribute a ON a.attrelid ${eq} t.typrelid
       WHERE t.oid ${eq} p.prorettype AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped),
    'record', p.prorettype ${eq} 2249 OR EXISTS (SELECT FROM pg_catalog.pg_type t
       WHERE t.oid ${eq} p.prorettype AND t.typtype ${eq} 'd' AND t.typcategory ${eq} 'C'),
    'extension', ${extensionOf('pg_proc', 'p.oid')})::pg_catalog.text
  FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid ${eq} p.pronamespace
    JOIN pg_catalog.pg_language l ON l.oid ${eq} p.prolang
  WHERE p.oid ${least}`;

/** schema, name, function's schema, function's name, extension */
export const operators = `SELECT n.nspname::pg_catalog.text, o.oprname::pg_catalog.text,
    f.nspname::pg_catalog.text, p.proname::pg_catalog.text, ${extensionOf('pg_operator', 'o.oid')}
  FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_namespace n ON n.oid ${eq} o.oprnamespace
    JOIN pg_catalog.pg_proc p ON p.oid ${eq} o.oprcode
    JOIN pg_catalog.pg_namespace f ON f.oid ${eq} p.pronamespace
  WHERE o.oid ${least}`;

/** oid, schema, name, kind */
export const types = `SELECT t.oid::pg_catalog.text, n.nspname::pg_catalog.text, t.typname::pg_catalog.text, t.typtype::pg_catalog.text
  FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid ${eq} t.typnamespace
  WHERE t.oid ${least} AND t.typcategory ${ne} 'A'`;

/** type, function: user functions behind casts to it and from it, and in the checks of a domain */
export const typeCalls = `SELECT t.id::pg_catalog.text, pg_catalog.concat(n.nspname, '.', p.proname), ${extensionOf('pg_proc', 'p.oid')}
  FROM (
    SELECT k.castsource, k.castfunc FROM pg_catalog.pg_cast k WHERE k.castfunc ${least}
    UNION ALL SELECT k.casttarget, k.castfunc FROM pg_catalog.pg_cast k WHERE k.castfunc ${least}
    UNION ALL SELECT c.contypid, x.refobjid FROM pg_catalog.pg_constraint c
      JOIN pg_catalog.pg_depend x ON x.classid ${eq} 'pg_catalog.pg_constraint'::pg_catalog.regclass
        AND x.objid ${eq} c.oid AND x.refclassid ${eq} 'pg_catalog.pg_proc'::pg_catalog.regclass
      WHERE c.contypid ${ne} 0 AND x.refobjid ${least}
  ) t (id, called) JOIN pg_catalog.pg_proc p ON p.oid ${eq} t.called
    JOIN pg_catalog.pg_namespace n ON n.oid ${eq} p.pronamespace`;

/** child, parent */
export const parents = `SELECT i.inhrelid::pg_catalog.text, i.inhparent::pg_catalog.text FROM pg_catalog.pg_inherits i`;

/** relation, name, function, kind bits */
export const triggers = `SELECT t.tgrelid::pg_catalog.text, t.tgname::pg_catalog.text,
    pg_catalog.concat(n.nspname, '.', p.proname), t.tgtype::pg_catalog.text
  FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_proc p ON p.oid ${eq} t.tgfoid
    JOIN pg_catalog.pg_namespace n ON n.oid ${eq} p.pronamespace
  WHERE NOT t.tgisinternal AND t.tgenabled ${ne} 'D'`;

/** referenced relation, referring table, on delete, on update */
export const foreignKeys = `SELECT k.confrelid::pg_catalog.text, pg_catalog.concat(n.nspname, '.', c.relname),
    k.confdeltype::pg_catalog.text, k.confupdtype::pg_catalog.text
  FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid ${eq} k.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid ${eq} c.relnamespace
  WHERE k.contype ${eq} 'f' AND k.conparentid ${eq} 0`;

/** relation, name, event: 1 select, 2 update, 3 insert, 4 delete */
export const rules = `SELECT r.ev_class::pg_catalog.text, r.rulename::pg_catalog.text, r.ev_type::pg_catalog.text
  FROM pg_catalog.pg_rewrite r WHERE r.rulename ${ne} '_RETURN' AND r.oid ${least}`;

/** relation, name */
export const policies = `SELECT p.polrelid::pg_catalog.text, p.polname::pg_catalog.text FROM pg_catalog.pg_policy p`;
