import type { Client } from 'pg';
import type { GatewayRole, LoginRole, Stranger } from '../model.ts';

// What the gateway's role sees on the target. Everything is asked for in catalogs; no user data.

const relations = `c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname !~ '^pg_(toast|temp)'`;

export async function readRole(client: Client): Promise<GatewayRole> {
  const { rows } = await client.query<GatewayRole>(`
    SELECT r.rolname AS name, r.rolsuper AS superuser, r.rolbypassrls AS "bypassesRowSecurity",
      r.rolcreaterole AS "createsRoles",
      (SELECT count(*)::int FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE ${relations} AND pg_has_role(r.oid, c.relowner, 'MEMBER')) AS owns,
      (SELECT count(*)::int FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE ${relations} AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')) AS readable
    FROM pg_roles r WHERE r.rolname = current_user`);
  const [role] = rows;
  if (!role) throw new Error('the server does not say which role this is');
  return role;
}

export async function readLoginRoles(client: Client): Promise<readonly LoginRole[]> {
  const { rows } = await client.query<LoginRole>(`
    SELECT rolname AS name, rolsuper AS superuser, rolcreaterole AS "createsRoles",
      CASE WHEN isfinite(rolvaliduntil) THEN rolvaliduntil END AS "validUntil", rolname = current_user AS gateway
    FROM pg_roles WHERE rolcanlogin ORDER BY rolname LIMIT 500`);
  return rows;
}

/**
 * Sessions of other applications than ours. An aid, not a boundary: who copies our application name is
 * not told apart, and what the role may not see has no address.
 */
export async function readStrangers(client: Client): Promise<readonly Stranger[]> {
  const { rows } = await client.query<Stranger>(`
    SELECT usename::text AS role, host(client_addr) AS address, coalesce(application_name, '') AS application,
      backend_start AS since, usename = current_user AS "sameRole"
    FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename IS NOT NULL
      AND coalesce(application_name, '') !~ '^countersign( |$)'
      AND (backend_type IS NULL OR backend_type = 'client backend')
    ORDER BY usename, backend_start LIMIT 200`);
  return rows;
}
