import { readFileSync } from 'node:fs';
import pg from 'pg';
import type { PersonActor } from '#lib/auth/actor';

function person(name: string, roles: PersonActor['roles']): PersonActor {
  return { kind: 'person', id: `per_${name}`, name, email: `${name}@example.com`, roles, groupIds: [] };
}

export const people = {
  ada: person('ada', ['admin']),
  grace: person('grace', ['owner']),
  edsger: person('edsger', []),
  linus: person('linus', ['auditor']),
};

export interface Size {
  readonly grants: number;
  readonly statements: number;
  /** Statements of the grant that is replayed, with `facts` distinct sets of facts. */
  readonly replayed: number;
  readonly facts: number;
}

const chunkRows = 2_000_000;

/**
 * One resource of 40 tables, an agent for each ten grants, 60 days of sessions and usage, and
 * statements of 200 distinct facts. A fifth of the grants is privileged; half reach all tables and use 20.
 */
export async function fill(url: string, size: Size): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const agents = Math.ceil(size.grants / 10);
  for (const step of nouns(size, agents)) await client.query(step);
  for (let first = 0; first < size.statements; first += chunkRows) {
    const last = Math.min(first + chunkRows, size.statements) - 1;
    await client.query(statements(size, agents, first, last));
    console.log(`${(last + 1).toLocaleString('en')} statements`);
  }
  await client.query(replayed(size));
  await client.query('VACUUM ANALYZE');
  await client.end();
}

function nouns(size: Size, agents: number): readonly string[] {
  const sessions = Math.ceil(size.statements / 100);
  const defaults = readFileSync(new URL('../../policies/defaults.cedar', import.meta.url), 'utf8');
  const files = JSON.stringify([{ name: 'defaults.cedar', text: defaults }]);
  return [
    `SELECT ensure_statement_partition((now() - m * interval '1 month')::date) FROM generate_series(0, 3) m`,
    `INSERT INTO policy_version (files, digest, reason, published_by, active)
      VALUES (${pg.escapeLiteral(files)}::jsonb, 'd', 'bench', 'job', true)`,
    `INSERT INTO person (id, name) SELECT 'per_' || n, n FROM unnest(ARRAY['ada', 'grace', 'edsger', 'linus']) n`,
    `INSERT INTO principal_group (id, name) VALUES ('grp_security', 'security')`,
    `INSERT INTO group_person VALUES ('grp_security', 'per_edsger')`,
    `INSERT INTO issuer (id, name, issuer, audience, algorithms) VALUES ('iss', 'local', 'http://x', 'c', '{}')`,
    `INSERT INTO resource (id, name, kind, environment, host, port, owner_id)
      VALUES ('res', 'shop', 'postgres', 'staging', 'h', 1, 'per_grace')`,
    `INSERT INTO resource_object (resource_id, schema, name, kind, columns, first_seen_at)
      SELECT 'res', 'public', 't' || n, 'table', '{}', now() - interval '100 days' FROM generate_series(1, 40) n`,
    `INSERT INTO agent (id, name, issuer_id, match_claims, owner_id)
      SELECT 'agt' || n, 'agent-' || n, 'iss', '{}', 'per_ada' FROM generate_series(1, ${agents}) n`,
    `INSERT INTO access_grant (id, agent_id, resource_id, actions, scope, reason, created_by_id, starts_at)
      SELECT 'gnt' || n, 'agt' || (n % ${agents} + 1), 'res',
        CASE WHEN n % 5 = 0 THEN ARRAY['read', 'schema'] ELSE ARRAY['read'] END,
        CASE WHEN n % 2 = 0 THEN ARRAY['public.*'] ELSE ARRAY['public.t' || (n % 40 + 1)] END,
        'bench', 'per_ada', now() - interval '100 days' FROM generate_series(1, ${size.grants}) n`,
    `INSERT INTO session (id, agent_id, resource_id, worker_id, grant_ids, issuer, subject, claims, client_address,
        policy_version, state, started_at, expires_at, statements, allowed, denied)
      SELECT 'ses' || n, 'agt' || (n % ${agents} + 1), 'res', 'w', ARRAY['gnt' || (n % ${size.grants} + 1)], 'i', 's', '{}', 'c',
        1, 'closed', now() - (n % 60) * interval '1 day', now(), 100, 99, 1 FROM generate_series(1, ${sessions}) n`,
    `INSERT INTO statement_facts (digest, facts) SELECT 'f' || n, '{}' FROM generate_series(1, 200) n`,
    `INSERT INTO usage (grant_id, day, action, object, used, last_at, last_session_id, last_seq)
      SELECT 'gnt' || n, current_date - d, 'read', 'public.t' || ((n + CASE WHEN n % 2 = 0 THEN d ELSE 0 END) % 40 + 1), 3, now() - d * interval '1 day', 'ses' || n, d + 1
      FROM generate_series(1, ${size.grants}) n, generate_series(0, 59, 2) d`,
  ];
}

function statements(size: Size, agents: number, first: number, last: number): string {
  return `INSERT INTO statement (session_id, seq, at, agent_id, resource_id, tag, text, decision, outcome, grant_ids, facts_digest)
    SELECT 'ses' || (n / 100 + 1), n % 100 + 1, now() - (n % 60) * interval '1 day', 'agt' || (n / 100 % ${agents} + 1), 'res',
      'SELECT', 'SELECT id, status, total_cents FROM t1 WHERE customer_id = ' || n || ' ORDER BY id LIMIT 50',
      CASE WHEN n % 97 = 0 THEN 'deny' ELSE 'allow' END,
      CASE WHEN n % 9973 = 0 THEN 'unknown' ELSE 'completed' END,
      ARRAY['gnt' || (n / 100 % ${size.grants} + 1)], 'f' || (n % 200 + 1)
    FROM generate_series(${first}, ${last}) n`;
}

/** The first grant's own statements, in sessions of a thousand: what its review replays. */
function replayed({ replayed: count, facts }: Size): string {
  return `
    INSERT INTO statement_facts (digest, facts) SELECT 'r' || n, jsonb_build_object(
      'requests', jsonb_build_array(jsonb_build_object('action', 'read', 'member', 'select',
        'object', jsonb_build_object('kind', 'table', 'schema', 'public', 'name', 't2'))),
      'attributes', jsonb_build_object('has_where', true, 'number', n), 'refusals', '[]'::jsonb, 'tag', 'SELECT',
      'functions', '[]'::jsonb, 'columns', '[]'::jsonb, 'outputs', '[]'::jsonb, 'outputsUnknown', false,
      'unresolved', '[]'::jsonb) FROM generate_series(0, ${facts - 1}) n;
    INSERT INTO session (id, agent_id, resource_id, worker_id, grant_ids, issuer, subject, claims, client_address,
        policy_version, state, started_at, expires_at, statements, allowed)
      SELECT 'rep' || n, 'agt2', 'res', 'w', ARRAY['gnt1'], 'i', 's', '{}', 'c', 1, 'closed',
        now() - (n % 60) * interval '1 day', now(), 1000, 1000 FROM generate_series(0, ${Math.ceil(count / 1000)}) n;
    INSERT INTO statement (session_id, seq, at, agent_id, resource_id, tag, text, actions, objects, decision, outcome,
        grant_ids, facts_digest)
      SELECT 'rep' || (n / 1000), n % 1000 + 1, now() - (n % 60) * interval '1 day', 'agt2', 'res', 'SELECT',
        'SELECT id, status, total_cents FROM t2 WHERE customer_id = ' || n, ARRAY['read'], ARRAY['public.t2'],
        'allow', 'completed', ARRAY['gnt1'], 'r' || (n % ${facts}) FROM generate_series(0, ${count - 1}) n`;
}

/** Every reviewer keeps what is theirs, so that there is something to sign. */
export async function keepAll(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`
    INSERT INTO item_decision (id, item_id, person_id, decision, reason, dwell_ms, evidence_opened)
    SELECT 'dec' || row_number() OVER (), r.item_id, r.person_id, 'approve', 'bench', 4000, '{}' FROM item_reviewer r
    WHERE NOT EXISTS (SELECT 1 FROM item_decision d WHERE d.item_id = r.item_id AND d.person_id = r.person_id)`);
  await client.query(`UPDATE campaign_item SET state = 'approved'`);
  await client.end();
}

/** Every second look agrees. */
export async function agreeAll(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`UPDATE spot_check SET person_id = 'per_edsger' WHERE drawn AND person_id IS NULL`);
  await client.query(`
    INSERT INTO spot_answer (id, item_id, nth, person_id, outcome, evidence_opened)
    SELECT 'spa' || item_id, item_id, 1, person_id, 'agree', '{}' FROM spot_check WHERE drawn`);
  await client.end();
}
