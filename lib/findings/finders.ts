import type { Tx } from '#lib/db/client';
import { lateReviews, unlaunchedReviews } from './late-reviews.ts';
import type { FindingKind, NewFinding } from './model.ts';

/** A grant that nothing used for so long after it began is worth a look. */
const neverUsedDays = 14;
/** Unknown outcomes older than this were looked at, or never will be. */
const unknownDays = 30;

export interface Finder {
  readonly kind: FindingKind;
  readonly find: (tx: Tx, now: Date) => Promise<readonly NewFinding[]>;
}

/** Each finder reports everything of its kind that is so now; what it no longer reports is resolved. */
export const finders: readonly Finder[] = [
  {
    kind: 'agent-without-owner',
    find: (tx) => tx.$queryRaw`
      SELECT 'agent-without-owner' AS kind, 'agent' AS "subjectKind", a.id AS "subjectId",
        a.name || ' has no owner: nobody answers for what it does.' AS summary,
        jsonb_build_object('grants', (SELECT count(*) FROM access_grant g WHERE g.agent_id = a.id AND g.state = 'active')) AS details
      FROM agent a WHERE a.state <> 'ended' AND a.owner_id IS NULL`,
  },
  {
    kind: 'owner-left',
    find: (tx) => tx.$queryRaw`
      SELECT 'owner-left' AS kind, 'agent' AS "subjectKind", a.id AS "subjectId",
        p.name || ', who owned ' || a.name || ', left.' AS summary,
        jsonb_build_object('ownerId', p.id, 'leftAt', p.left_at) AS details
      FROM agent a JOIN person p ON p.id = a.owner_id
      WHERE a.state <> 'ended' AND p.left_at IS NOT NULL
      UNION ALL
      SELECT 'owner-left', 'resource', r.id, p.name || ', who owned ' || r.name || ', left.',
        jsonb_build_object('ownerId', p.id, 'leftAt', p.left_at)
      FROM resource r JOIN person p ON p.id = r.owner_id
      WHERE r.ended_at IS NULL AND p.left_at IS NOT NULL`,
  },
  {
    kind: 'grant-never-used',
    find: (tx, now) => tx.$queryRaw`
      SELECT 'grant-never-used' AS kind, 'grant' AS "subjectKind", g.id AS "subjectId",
        a.name || ' never used its grant on ' || r.name || ' since ' || to_char(g.starts_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') || '.' AS summary,
        jsonb_build_object('agentId', a.id, 'resourceId', r.id, 'actions', g.actions, 'scope', g.scope) AS details
      FROM access_grant g JOIN agent a ON a.id = g.agent_id JOIN resource r ON r.id = g.resource_id
      WHERE g.state = 'active' AND g.source = 'countersign' AND (g.ends_at IS NULL OR g.ends_at > ${now})
        AND g.starts_at < ${now}::timestamptz - make_interval(days => ${neverUsedDays}::int)
        AND NOT EXISTS (SELECT 1 FROM usage u WHERE u.grant_id = g.id AND u.used > 0)`,
  },
  {
    kind: 'unknown-outcome',
    find: (tx, now) => tx.$queryRaw`
      SELECT 'unknown-outcome' AS kind, 'session' AS "subjectKind", s.session_id AS "subjectId",
        count(*) || CASE count(*) WHEN 1 THEN ' statement' ELSE ' statements' END || ' of ' || a.name
          || ' ended with an unknown outcome.' AS summary,
        jsonb_build_object('statements', count(*), 'firstSeq', min(s.seq)) AS details
      FROM statement s JOIN agent a ON a.id = s.agent_id
      WHERE s.outcome = 'unknown' AND s.at > ${now}::timestamptz - make_interval(days => ${unknownDays}::int)
        AND s.at <= ${now}
      GROUP BY s.session_id, a.name`,
  },
  { kind: 'review-late', find: lateReviews },
  { kind: 'review-to-launch', find: unlaunchedReviews },
];
