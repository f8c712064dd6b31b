/**
 * What a snapshot is made from. The texts are part of its record, so that an auditor can see, and run
 * again, exactly what was asked. $1: grant ids; $2, $3: the period.
 */
export const usageQuery = `
SELECT u.grant_id, u.action, u.object, sum(u.used)::float8 AS used, sum(u.used_only_this)::float8 AS only_this,
  sum(u.denied)::float8 AS denied, sum(u.pending)::float8 AS held, count(*)::int AS source_rows,
  max(u.last_at) FILTER (WHERE u.used > 0) AS last_at,
  (array_agg(jsonb_build_object('sessionId', u.last_session_id, 'seq', u.last_seq, 'at', u.last_at)
    ORDER BY u.last_at DESC) FILTER (WHERE u.used > 0))[1:8] AS recent
FROM usage u
WHERE u.grant_id = ANY ($1) AND u.day >= ($2::timestamptz AT TIME ZONE 'UTC')::date
  AND u.day <= (($3::timestamptz - interval '1 microsecond') AT TIME ZONE 'UTC')::date
GROUP BY u.grant_id, u.action, u.object
ORDER BY u.grant_id, u.action, u.object`;

export const sessionsQuery = `
SELECT g.id AS grant_id, count(*)::int AS sessions,
  count(*) FILTER (WHERE s.state = 'interrupted')::int AS interrupted,
  sum(s.denied)::float8 AS denied, sum(s.held)::float8 AS held
FROM session s CROSS JOIN LATERAL unnest(s.grant_ids) AS g (id)
WHERE s.started_at < $3 AND coalesce(s.ended_at, s.started_at) >= $2 AND g.id = ANY ($1)
GROUP BY g.id ORDER BY g.id`;

export const unknownQuery = `
SELECT g.id AS grant_id, count(*)::int AS statements
FROM statement s CROSS JOIN LATERAL unnest(s.grant_ids) AS g (id)
WHERE s.outcome = 'unknown' AND s.at >= $2 AND s.at < $3 AND g.id = ANY ($1)
GROUP BY g.id ORDER BY g.id`;

/** Answers to what the same agents asked on the same resources. */
export const approvalsQuery = `
SELECT q.agent_id, q.resource_id, count(DISTINCT q.id)::int AS asked,
  count(DISTINCT q.id) FILTER (WHERE q.state IN ('approved', 'used'))::int AS approved,
  count(DISTINCT q.id) FILTER (WHERE q.state = 'denied')::int AS denied,
  coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name) ORDER BY p.id)
    FILTER (WHERE y.answer = 'approve' AND p.id IS NOT NULL), '[]') AS approvers
FROM approval_request q
LEFT JOIN approval_answer y ON y.request_id = q.id
LEFT JOIN person p ON p.id = y.person_id
WHERE q.created_at >= $2 AND q.created_at < $3
  AND (q.agent_id, q.resource_id) IN (SELECT agent_id, resource_id FROM access_grant WHERE id = ANY ($1))
GROUP BY q.agent_id, q.resource_id ORDER BY q.agent_id, q.resource_id`;

export const findingsQuery = `
SELECT f.id, f.kind, f.subject_kind, f.subject_id, f.summary
FROM finding f
WHERE f.state = 'open' AND (
  (f.subject_kind = 'grant' AND f.subject_id = ANY ($1))
  OR (f.subject_kind = 'agent' AND f.subject_id IN (SELECT agent_id FROM access_grant WHERE id = ANY ($1)))
  OR (f.subject_kind = 'resource' AND f.subject_id IN (SELECT resource_id FROM access_grant WHERE id = ANY ($1))))
  AND $2::timestamptz < $3::timestamptz
ORDER BY f.id`;

/** How each grant, or the one that it replaced, stood when it was last certified. */
export const previousQuery = `
SELECT DISTINCT ON (g.id) g.id AS grant_id, i.grant_id = g.id AS same_grant,
  i.grant_snapshot, i.evidence -> 'seen' AS seen
FROM access_grant g
JOIN campaign_item i ON i.grant_id = g.id OR i.grant_id = g.replaces_id
JOIN campaign c ON c.id = i.campaign_id AND c.state = 'signed'
JOIN sign_off s ON s.campaign_id = c.id AND s.actor_kind = 'person'
WHERE g.id = ANY ($1) AND c.launched_at < $3 AND $2::timestamptz < $3::timestamptz
ORDER BY g.id, c.launched_at DESC`;

export const catalogQuery = `
SELECT o.resource_id, o.schema, o.name, o.kind, o.first_seen_at AS "seenAt", o.gone_at AS "goneAt"
FROM resource_object o
WHERE o.gone_at IS NULL
  AND o.resource_id IN (SELECT resource_id FROM access_grant WHERE id = ANY ($1))
  AND $2::timestamptz < $3::timestamptz
ORDER BY o.resource_id, o.schema, o.name, o.kind`;
