import { copyColumns } from './statement-batch.ts';

// The statements of one import, in the order in which they run inside its transaction.

/** A staging table of this connection; emptied at every commit. */
export const stage = `
CREATE TEMP TABLE IF NOT EXISTS staged_statement (
  LIKE statement INCLUDING DEFAULTS, permissions text[] NOT NULL
) ON COMMIT DELETE ROWS`;

export const insertFacts = `
INSERT INTO statement_facts (digest, facts)
SELECT DISTINCT ON (digest) digest, facts
FROM jsonb_to_recordset($1::jsonb) AS seen(digest text, facts jsonb)
ORDER BY digest
ON CONFLICT (digest) DO NOTHING`;

const target = copyColumns.filter((name) => name !== 'permissions').map((name) => `"${name}"`);

/** Rows that were not there before: only they are counted. */
const insertedRows = `
inserted AS (
  INSERT INTO statement (${target.join(', ')})
  SELECT ${target.join(', ')} FROM staged_statement
  ON CONFLICT DO NOTHING
  RETURNING session_id, seq
), fresh AS MATERIALIZED (
  SELECT DISTINCT ON (session_id, seq) s.* FROM staged_statement s JOIN inserted USING (session_id, seq)
)`;

/**
 * Use is what reached the target (also what failed there: it was exercised). Held and not run is
 * pending, refused is denied. Each grant that alone would have allowed it counts.
 */
const summedRows = `
counted AS (
  SELECT g.grant_id, (s.at AT TIME ZONE 'UTC')::date AS day,
    split_part(p.permission, ' ', 1) AS action,
    substr(p.permission, strpos(p.permission, ' ') + 1) AS object,
    s.at, s.session_id, s.seq,
    s.decision <> 'deny' AND (s.outcome IN ('completed', 'failed', 'unknown')
      OR (s.outcome = 'cancelled' AND s.decision = 'allow')) AS used,
    (s.decision = 'deny' OR s.outcome = 'refused') AS denied,
    cardinality(s.grant_ids) = 1 AS only_this
  FROM fresh s
  CROSS JOIN LATERAL (SELECT DISTINCT unnest(s.grant_ids)) AS g(grant_id)
  CROSS JOIN LATERAL (SELECT DISTINCT unnest(s.permissions)) AS p(permission)
), summed AS (
  SELECT grant_id, day, action, object,
    count(*) FILTER (WHERE used) AS used,
    count(*) FILTER (WHERE used AND only_this) AS used_only_this,
    count(*) FILTER (WHERE denied) AS denied,
    count(*) FILTER (WHERE NOT used AND NOT denied) AS pending,
    coalesce(max(at) FILTER (WHERE used), max(at)) AS last_at,
    (array_agg(session_id ORDER BY used DESC, at DESC, seq DESC))[1] AS last_session_id,
    (array_agg(seq ORDER BY used DESC, at DESC, seq DESC))[1] AS last_seq
  FROM counted GROUP BY grant_id, day, action, object
)`;

// A use beats an attempt; among equals the later one.
const newer =
  '((excluded.used > 0) > (u.used > 0) OR ((excluded.used > 0) = (u.used > 0) AND excluded.last_at >= u.last_at))';

const countUsage = `
INSERT INTO usage AS u
  (grant_id, day, action, object, used, used_only_this, denied, pending, last_at, last_session_id, last_seq)
SELECT grant_id, day, action, object, used, used_only_this, denied, pending, last_at, last_session_id, last_seq
FROM summed ORDER BY grant_id, day, action, object
ON CONFLICT (grant_id, day, action, object) DO UPDATE SET
  used = u.used + excluded.used,
  used_only_this = u.used_only_this + excluded.used_only_this,
  denied = u.denied + excluded.denied,
  pending = u.pending + excluded.pending,
  last_at = CASE WHEN ${newer} THEN excluded.last_at ELSE u.last_at END,
  last_session_id = CASE WHEN ${newer} THEN excluded.last_session_id ELSE u.last_session_id END,
  last_seq = CASE WHEN ${newer} THEN excluded.last_seq ELSE u.last_seq END`;

/** What a live session's row shows before it closes: its close brings the final numbers. */
const countSessions = `
UPDATE session t SET
  statements = t.statements + d.statements, allowed = t.allowed + d.allowed,
  held = t.held + d.held, denied = t.denied + d.denied,
  rows_out = t.rows_out + d.rows_out, bytes_out = t.bytes_out + d.bytes_out,
  masked_fields = t.masked_fields + d.masked_fields
FROM (
  SELECT session_id, count(*) AS statements,
    count(*) FILTER (WHERE decision = 'allow') AS allowed,
    count(*) FILTER (WHERE decision = 'hold') AS held,
    count(*) FILTER (WHERE decision = 'deny') AS denied,
    coalesce(sum(rows), 0) AS rows_out, sum(bytes_out) AS bytes_out, sum(masked_fields) AS masked_fields
  FROM fresh GROUP BY session_id
) d
WHERE t.id = d.session_id AND t.state = 'live'`;

/** Inserts what is new of the staged rows, counts it, and returns how many that were. */
export const insertAndCount = `
WITH ${insertedRows}, ${summedRows}, usage_counted AS (${countUsage}), session_counted AS (${countSessions})
SELECT count(*)::int AS inserted FROM fresh`;
