import type { SeenCatalogObject } from '#proxy/control/control-plane';

type Ask = (question: string) => Promise<readonly (readonly (string | null)[])[]>;

/** What grants are expanded against: the target's own objects, not the system's or an extension's. */
const question = `
SELECT n.nspname::pg_catalog.text, c.relname::pg_catalog.text,
  CASE WHEN c.relkind IN ('v', 'm') THEN 'view' WHEN c.relkind = 'S' THEN 'sequence' ELSE 'table' END,
  (SELECT pg_catalog.json_agg(a.attname ORDER BY a.attnum)::pg_catalog.text FROM pg_catalog.pg_attribute a
   WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND n.nspname NOT LIKE 'pg\\_%'
  AND n.nspname <> 'information_schema' AND NOT EXISTS (
    SELECT 1 FROM pg_catalog.pg_depend d
    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e')
UNION ALL
SELECT DISTINCT n.nspname::pg_catalog.text, p.proname::pg_catalog.text, 'function', '[]'
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' AND NOT EXISTS (
    SELECT 1 FROM pg_catalog.pg_depend d
    WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype = 'e')`;

const kinds = ['table', 'view', 'sequence', 'function'] as const;

/** Reads, through a control connection of the target, what `catalogSeen` is told. */
export async function readCatalogObjects(ask: Ask): Promise<readonly SeenCatalogObject[]> {
  const rows = await ask(question);
  return rows.flatMap(([schema, name, of, names]) => {
    const kind = kinds.find((known) => known === of);
    const columns: unknown = JSON.parse(names ?? '[]');
    if (!schema || !name || !kind || !Array.isArray(columns)) return [];
    return [{ schema, name, kind, columns: columns.map(String) }];
  });
}
