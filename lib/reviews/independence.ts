import { Prisma } from '#lib/db/generated/client';

// Who is not independent of an item, as SQL: lists of ids ('' where nobody is) over these aliases.

/** A grant (g) with its agent (a) and the request that it came from (q). */
export const withParties = Prisma.sql`
  access_grant g JOIN agent a ON a.id = g.agent_id LEFT JOIN access_request q ON q.id = g.request_id`;

/** Who answers for the agent or the grant by now. Over `withParties`. */
export const involvedNow = Prisma.sql`
  coalesce(a.owner_id, ''), coalesce(a.sponsor_id, ''), coalesce(g.created_by_id, ''), coalesce(q.requested_by_id, '')`;

/** Who did at the launch. Over an item (i). */
export const involvedAtLaunch = Prisma.sql`
  coalesce(i.grant_snapshot #>> '{agent,owner,id}', ''), coalesce(i.grant_snapshot #>> '{agent,sponsor,id}', ''),
  coalesce(i.grant_snapshot #>> '{createdBy,id}', ''), coalesce(i.grant_snapshot #>> '{requestedBy,id}', '')`;

/**
 * Whether a person approved a statement of the agent on the resource in the campaign's period: then not
 * alone. Over an item (i) and its campaign (c).
 */
export function approvedUnder(person: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    EXISTS (SELECT 1 FROM approval_answer y JOIN approval_request x ON x.id = y.request_id
      WHERE y.person_id = ${person} AND y.answer = 'approve'
        AND x.agent_id = i.grant_snapshot #>> '{agent,id}' AND x.resource_id = i.grant_snapshot #>> '{resource,id}'
        AND x.created_at >= c.period_from AND x.created_at < c.period_to)`;
}
