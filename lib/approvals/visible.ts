import type { Actor } from '#lib/auth/actor';
import { relationsFor } from '#lib/auth/require-permission';
import { forbidden } from '#lib/core/errors';
import type { Tx } from '#lib/db/client';
import { Prisma } from '#lib/db/generated/client';
import { groupsOf } from './involved.ts';

/** SQL that leaves the requests (`r`, with `a` its agent) which this actor may see. */
export function visibleTo(actor: Actor): Prisma.Sql {
  const relations = relationsFor(actor, 'approval.list');
  if (relations.has('all')) return Prisma.sql`true`;
  if (relations.has('own') && actor.kind === 'person') return Prisma.sql`a.owner_id = ${actor.id}`;
  throw forbidden('You may not see approval requests. Ask an admin for the role that may.');
}

/**
 * SQL that leaves the pending requests which this actor may answer: in a group that they name,
 * independent, and not answered before. The verbs decide by the same rules, one request at a time.
 */
export async function decidableBy(tx: Tx, actor: Actor, now: Date): Promise<Prisma.Sql> {
  if (actor.kind !== 'person') return Prisma.sql`false`;
  const approver = actor.roles.includes('approver');
  if (!approver && !actor.roles.includes('admin')) return Prisma.sql`false`;
  const groups = [...(await groupsOf(tx, actor.id, now))];
  const me = actor.id;
  return Prisma.sql`
    (r.groups && ${groups}::text[] OR (cardinality(r.groups) = 0 AND (
      EXISTS (SELECT 1 FROM resource_group rg JOIN principal_group pg ON pg.id = rg.group_id
        WHERE rg.resource_id = r.resource_id AND pg.name = ANY (${groups}::text[]))
      OR (${approver} AND NOT EXISTS (SELECT 1 FROM resource_group rg WHERE rg.resource_id = r.resource_id)))))
    AND a.owner_id IS DISTINCT FROM ${me} AND a.sponsor_id IS DISTINCT FROM ${me}
    AND r.claimed_person_id IS DISTINCT FROM ${me}
    AND NOT EXISTS (SELECT 1 FROM session s WHERE s.id = r.session_id AND s.owner_id = ${me})
    AND NOT EXISTS (
      SELECT 1 FROM access_grant g JOIN session s ON s.id = r.session_id
      LEFT JOIN access_request q ON q.id = g.request_id
      WHERE g.agent_id = r.agent_id AND g.resource_id = r.resource_id
        AND (g.state = 'active' OR g.id = ANY (s.grant_ids))
        AND (g.created_by_id = ${me} OR q.requested_by_id = ${me}))
    AND NOT EXISTS (SELECT 1 FROM approval_answer y WHERE y.request_id = r.id AND y.person_id = ${me})`;
}
