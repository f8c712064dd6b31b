import { Client } from 'pg';

const sessionRows = 400;
const agents = 200;
const chunkRows = 2_000_000;

/**
 * Statements over the last 30 days by 200 agents of 20 owners on 12 resources, with common, rare and very
 * rare words, objects, decisions and outcomes; the sessions that they belong to.
 */
export async function fill(url: string, statements: number): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(parties);
    await client.query(
      `SELECT ensure_statement_partition((now() - m * interval '1 month')::date) FROM generate_series(0, 1) m`,
    );
    await client.query(sessions, [Math.ceil(statements / sessionRows), statements]);
    for (let first = 0; first < statements; first += chunkRows) {
      await client.query(rows, [statements, first, Math.min(first + chunkRows, statements) - 1]);
      console.log(`${Math.min(first + chunkRows, statements).toLocaleString('en')} statements`);
    }
    await client.query('VACUUM ANALYZE');
  } finally {
    await client.end();
  }
}

const parties = `
INSERT INTO person (id, name) SELECT 'per_' || n, 'Person ' || n FROM generate_series(1, 20) n;
INSERT INTO issuer (id, name, issuer, audience, algorithms) VALUES ('iss_1', 'local', 'http://localhost', 'x', '{}');
INSERT INTO agent (id, name, owner_id, issuer_id, match_claims)
  SELECT 'agt_' || n, 'agent-' || n, 'per_' || 1 + n % 20, 'iss_1', '{}' FROM generate_series(0, ${agents - 1}) n;
INSERT INTO resource (id, name, kind, environment, host, port)
  SELECT 'res_' || n, 'resource-' || n, 'postgres', 'production', 'h', 5432 FROM generate_series(0, 11) n;`;

// Agents are not equally busy: the square root of a uniform number leans to the later ones.
const agentOf = (session: string) =>
  `floor(sqrt((hashint4(${session}::int)::bigint & 65535) / 65536.0) * ${agents})::int`;

const sessions = `
INSERT INTO session (id, agent_id, resource_id, worker_id, grant_ids, owner_id, issuer, subject, claims, purpose,
  purpose_tier, client_address, policy_version, state, started_at, ended_at, expires_at)
SELECT 'ses_' || n, 'agt_' || a, 'res_' || a % 12, 'wrk_1', '{}', 'per_' || 1 + a % 20, 'x', 'x', '{}',
  'ticket-' || n % 10000 || ' of the shop', 'verified', '127.0.0.1', 1, 'closed', t, t + interval '1 hour', t + interval '1 hour'
FROM generate_series(0, $1::int - 1) n, LATERAL (SELECT ${agentOf('n')} AS a,
  now() - ($2::bigint - n * ${sessionRows}) * (interval '30 days' / $2::bigint) AS t) of`;

const rows = `
INSERT INTO statement (session_id, seq, at, agent_id, resource_id, tag, text, actions, objects, decision, outcome,
  policies, grant_ids, rows, bytes_out, duration_us, facts_digest)
SELECT 'ses_' || s, n % ${sessionRows}, now() - ($1::bigint - n) * (interval '30 days' / $1::bigint),
  'agt_' || a, 'res_' || a % 12, CASE WHEN n % 5 = 0 THEN 'UPDATE' ELSE 'SELECT' END,
  CASE WHEN n % 1000000 = 77 THEN 'SELECT zanzibar FROM t' || o || ' WHERE id = ' || n
    WHEN n % 10000 = 99 THEN 'SELECT 1 /* backfill */ FROM t' || o || ' WHERE id = ' || n
    WHEN n % 1000 = 500 THEN 'UPDATE t' || o || ' SET quarterly = true, status = ''shipped'' WHERE id = ' || n
    WHEN n % 5 = 0 THEN 'UPDATE t' || o || ' SET status = ''shipped'', changed_at = now() WHERE id = ' || n
    ELSE 'SELECT id, status, total_cents, placed_at FROM t' || o || ' WHERE customer_id = ' || n || ' ORDER BY id LIMIT 50' END,
  ARRAY[CASE WHEN n % 100003 = 0 THEN 'schema' WHEN n % 5 = 0 THEN 'write' ELSE 'read' END],
  ARRAY['public.t' || o],
  CASE WHEN n % 97 = 0 THEN 'deny' WHEN n % 331 = 0 THEN 'hold' ELSE 'allow' END,
  CASE WHEN n % 97 = 0 THEN 'refused' WHEN n % 1009 = 0 THEN 'failed' ELSE 'completed' END,
  ARRAY['grant:gnt_' || a], ARRAY['gnt_' || a], 12, 900, 800, 'facts-' || n % 40
FROM generate_series($2::bigint, $3::bigint) n,
  LATERAL (SELECT (n / ${sessionRows})::int AS s, ${agentOf('(n / 400)')} AS a,
    -- t1 in a third of all, t39 in one of some 50,000.
    CASE WHEN n % 3 = 0 THEN 1 WHEN n % 50021 = 1 THEN 39 ELSE 2 + n % 30 END AS o) of`;
