import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { notFound } from '#lib/core/errors';
import { idInput, parseInput } from '#lib/core/input';
import { importViews } from './list-imports.ts';
import type { GrantImportDetail, ImportedChange } from './model.ts';

const shownMax = 200;

/** One reading and what it changed here: grants that are new, differ, or are gone. For admins and auditors. */
export async function getImport(context: Context, importId: string): Promise<GrantImportDetail> {
  requirePermission(context.actor, 'settings.read');
  const id = parseInput(idInput, importId);
  const [row] = await importViews(context.db, { id }, 1);
  if (!row) throw notFound('There is no such reading.');
  const changes = await context.db.$queryRaw<ImportedChange[]>`
    SELECT g.id AS "grantId", g.external_id AS "externalId", a.name AS agent, r.name AS resource,
      g.actions, g.scope, g.reason, x.kind
    FROM (
      SELECT id, CASE WHEN replaces_id IS NULL THEN 'added' ELSE 'changed' END AS kind FROM access_grant
        WHERE source = ${row.source} AND created_at = ${row.at}
      UNION ALL
      SELECT id, 'ended' FROM access_grant
        WHERE source = ${row.source} AND state = 'ended' AND state_at = ${row.at}) x
    JOIN access_grant g ON g.id = x.id JOIN agent a ON a.id = g.agent_id JOIN resource r ON r.id = g.resource_id
    ORDER BY x.kind, a.name, r.name, g.id LIMIT ${shownMax}`;
  return { ...row, changes };
}
