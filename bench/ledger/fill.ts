import { Client } from 'pg';

/** Entries that wait for their place in the tree, as verbs write them. */
export async function fill(url: string, entries: number): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO ledger_entry (id, at, actor_kind, actor_id, actor_name, action, subject_kind, subject_id,
         summary, payload, salt, payload_hash)
       SELECT 'led_' || lpad(n::text, 26, '0'), now(), 'person', 'per_1', 'Ada', 'grant.created', 'grant',
         'gnt_' || n, 'a grant was created', jsonb_build_object('n', n), s,
         sha256(s || convert_to('{"n":' || n || '}', 'UTF8'))
       FROM generate_series(1, ${entries}) n, LATERAL (SELECT decode(md5(n::text), 'hex') AS s) salt`,
    );
    await client.query('ANALYZE');
  } finally {
    await client.end();
  }
}
