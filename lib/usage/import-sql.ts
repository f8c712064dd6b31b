import { copyColumns } from './statement-batch.ts';

// What one import sends. All of it runs in one transaction.

const columns = copyColumns.map((name) => `"${name}"`).join(', ');

export const copyStatements = `COPY statement (${columns}) FROM STDIN`;

/** A staging table of this connection, for batches that hold rows which are there already. */
export const stage = `
CREATE TEMP TABLE IF NOT EXISTS staged_statement (LIKE statement INCLUDING DEFAULTS) ON COMMIT DELETE ROWS`;

export const copyStaged = `COPY staged_statement (${columns}) FROM STDIN`;

/** Returns what was not there before: only that is counted. */
export const insertStaged = `
INSERT INTO statement (${columns}) SELECT ${columns} FROM staged_statement
ON CONFLICT DO NOTHING RETURNING session_id, seq`;

export const insertFacts = `
INSERT INTO statement_facts (digest, facts)
SELECT DISTINCT ON (digest) digest, facts
FROM jsonb_to_recordset($1::jsonb) AS seen(digest text, facts jsonb)
ORDER BY digest
ON CONFLICT (digest) DO NOTHING`;

// A use beats an attempt; among equals the later one.
const newer =
  '((excluded.used > 0) > (u.used > 0) OR ((excluded.used > 0) = (u.used > 0) AND excluded.last_at >= u.last_at))';

/** Rows come in key order, so that two workers lock them in the same one. */
export const addUsage = `
INSERT INTO usage AS u
  (grant_id, day, action, object, used, used_only_this, denied, pending, last_at, last_session_id, last_seq)
SELECT * FROM unnest($1::text[], $2::date[], $3::text[], $4::text[], $5::bigint[], $6::bigint[],
  $7::bigint[], $8::bigint[], $9::timestamptz[], $10::text[], $11::int[])
ON CONFLICT (grant_id, day, action, object) DO UPDATE SET
  used = u.used + excluded.used,
  used_only_this = u.used_only_this + excluded.used_only_this,
  denied = u.denied + excluded.denied,
  pending = u.pending + excluded.pending,
  last_at = CASE WHEN ${newer} THEN excluded.last_at ELSE u.last_at END,
  last_session_id = CASE WHEN ${newer} THEN excluded.last_session_id ELSE u.last_session_id END,
  last_seq = CASE WHEN ${newer} THEN excluded.last_seq ELSE u.last_seq END`;

/** What a live session's row shows before it closes: its close brings the final numbers. */
export const addToSessions = `
UPDATE session t SET
  statements = t.statements + d.statements, allowed = t.allowed + d.allowed,
  held = t.held + d.held, denied = t.denied + d.denied,
  rows_out = t.rows_out + d.rows_out, bytes_out = t.bytes_out + d.bytes_out,
  masked_fields = t.masked_fields + d.masked_fields
FROM unnest($1::text[], $2::int[], $3::int[], $4::int[], $5::int[], $6::bigint[], $7::bigint[], $8::bigint[])
  AS d(id, statements, allowed, held, denied, rows_out, bytes_out, masked_fields)
WHERE t.id = d.id AND t.state = 'live'`;

/** What was denied or held goes to who wants to hear of it; the trace of a message is its statement. */
export const enqueueStatements = `
INSERT INTO outbox (id, subscription_id, event, payload)
SELECT new_message_id(), s.id, d.event,
  jsonb_build_object('sessionId', d.session_id, 'seq', d.seq, 'at', to_char(d.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
FROM unnest($1::text[], $2::text[], $3::int[], $4::timestamptz[]) AS d(event, session_id, seq, at)
JOIN subscription s ON s.state = 'active' AND d.event = ANY(s.events)`;
