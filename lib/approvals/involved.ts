import type { Tx } from '#lib/db/client';
import type { InvolvedPerson } from './model.ts';

/**
 * Everybody in the chain behind each request: owner (now and when the session opened), sponsor,
 * creators of the grants that apply, who asked for them, and the human named in the token.
 */
export async function involvedIn(
  tx: Tx,
  requestIds: readonly string[],
): Promise<ReadonlyMap<string, readonly InvolvedPerson[]>> {
  const found = await tx.$queryRaw<{ request: string; id: string; name: string; as: InvolvedPerson['as'] }[]>`
    SELECT r.id AS request, p.id, p.name, x.relation AS "as"
    FROM approval_request r
    JOIN agent a ON a.id = r.agent_id
    JOIN session s ON s.id = r.session_id
    CROSS JOIN LATERAL (
      SELECT a.owner_id AS person, 'agent owner' AS relation
      UNION SELECT s.owner_id, 'agent owner'
      UNION SELECT a.sponsor_id, 'agent sponsor'
      UNION SELECT r.claimed_person_id, 'named in the session'
      UNION SELECT g.created_by_id, 'grant creator' FROM access_grant g
        WHERE g.agent_id = r.agent_id AND g.resource_id = r.resource_id
          AND (g.state = 'active' OR g.id = ANY (s.grant_ids))
      UNION SELECT q.requested_by_id, 'requester' FROM access_grant g
        JOIN access_request q ON q.id = g.request_id
        WHERE g.agent_id = r.agent_id AND g.resource_id = r.resource_id
          AND (g.state = 'active' OR g.id = ANY (s.grant_ids))
    ) x
    JOIN person p ON p.id = x.person
    WHERE r.id = ANY (${requestIds})
    ORDER BY r.id, x.relation, p.name`;
  const byRequest = new Map<string, InvolvedPerson[]>();
  for (const { request, id, name, as } of found) {
    const list = byRequest.get(request) ?? [];
    list.push({ person: { id, name }, as });
    byRequest.set(request, list);
  }
  return byRequest;
}

/** Names of the groups that a person is in now, or stands in for somebody who is away. */
export async function groupsOf(tx: Tx, personId: string, now: Date): Promise<readonly string[]> {
  const rows = await tx.$queryRaw<{ name: string }[]>`
    SELECT DISTINCT g.name FROM group_person gp JOIN principal_group g ON g.id = gp.group_id
    WHERE gp.person_id = ${personId} OR gp.person_id IN (
      SELECT a.person_id FROM absence a JOIN person p ON p.id = a.person_id AND p.left_at IS NULL
      WHERE a.delegate_id = ${personId} AND a.ended_at IS NULL AND a.from_at <= ${now} AND a.until_at > ${now})
    ORDER BY g.name`;
  return rows.map((row) => row.name);
}

/** Persons who are away and whose groups this one stands in for. */
export async function standsFor(tx: Tx, personId: string, now: Date): Promise<readonly string[]> {
  const rows = await tx.absence.findMany({
    where: { delegateId: personId, endedAt: null, fromAt: { lte: now }, untilAt: { gt: now } },
    select: { personId: true },
    orderBy: { personId: 'asc' },
  });
  return rows.map((row) => row.personId);
}

/** Names of the groups that answer for a resource where a rule names none. */
export async function groupsOfResource(tx: Tx, resourceId: string): Promise<readonly string[]> {
  const rows = await tx.resourceGroup.findMany({
    where: { resourceId },
    select: { group: { select: { name: true } } },
  });
  return rows.map((row) => row.group.name);
}
