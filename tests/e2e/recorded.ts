import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { homeOf } from '#bin/home';
import { runtimeUrl } from '#bin/sandbox/databases';
import { readSecrets } from '#bin/sandbox/secrets';
import { newId } from '#lib/core/ids';
import { readSealingKey } from '#lib/core/sealing-key';
import {
  encodeRecord,
  packBlock,
  type RecordBody,
  type RecordingHeader,
  RecordingWriter,
  recordingName,
} from '#lib/recording/index';
import type { RunningStack } from './fixtures.ts';

/** Runs SQL in the sandbox's control database, as the product's own login. */
export async function inControl<Result>(
  stack: RunningStack,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({ connectionString: runtimeUrl(await readSecrets(homeOf(stack.home))) });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export interface Recorded {
  readonly wire: RecordingHeader['wire'];
  readonly purpose: string;
  /** One record every so many milliseconds. */
  readonly everyMs: number;
  readonly bodies: Iterable<RecordBody>;
}

const perBlock = 500;

/** A sealed session of the sandbox's agent, as a gateway of that wire would leave it behind. */
export async function recordSession(stack: RunningStack, recorded: Recorded): Promise<string> {
  const id = newId('session');
  const home = homeOf(stack.home);
  const startedAt = new Date(Date.now() - 3_600_000);
  const written = await write(home.sealingKey, id, startedAt, recorded);
  const path = join(home.recordings, recordingName(id));
  await writeFile(path, written.bytes, { mode: 0o600 });
  await inControl(stack, async (client) => {
    const resourceId = await resourceOf(client, recorded.wire);
    const { rowCount } = await client.query(
      `INSERT INTO session (id, agent_id, resource_id, worker_id, grant_ids, owner_id, issuer, subject, claims,
         purpose, purpose_tier, purpose_source, client_address, policy_version, state, end_reason, started_at,
         ended_at, expires_at, statements, allowed)
       SELECT $1, agent_id, coalesce($6, resource_id), worker_id, grant_ids, owner_id, issuer, subject, claims,
         $2, 'claimed', 'test', client_address, policy_version, 'closed', 'done', $3, $4, expires_at, $5, $5
       FROM session WHERE resource_id NOT LIKE 'res_recorded_%' ORDER BY started_at LIMIT 1`,
      [
        id,
        recorded.purpose,
        startedAt,
        new Date(startedAt.getTime() + written.lengthMs),
        written.intents.length,
        resourceId,
      ],
    );
    if (rowCount !== 1) throw new Error('There is no session yet to take agent and resource from.');
    await client.query(
      `INSERT INTO recording (session_id, path, bytes, records, blocks, digest, state, sealed_at, wrapped_key)
       VALUES ($1, $2, $3, $4, $5, $6, 'sealed', now(), $7)`,
      [id, path, written.bytes.length, written.records, written.blocks, written.digest, written.wrappedKey],
    );
    await client.query(
      `INSERT INTO statement (session_id, seq, at, agent_id, resource_id, tag, text, actions, objects, decision,
         outcome, policies, grant_ids)
       SELECT s.id, i.seq, s.started_at + i.ms * interval '1 millisecond', s.agent_id, s.resource_id, i.tag, i.text,
         '{execute}', '{}', 'allow', 'completed', '{}', s.grant_ids
       FROM session s, unnest($2::int[], $3::int[], $4::text[], $5::text[]) AS i(seq, ms, tag, text)
       WHERE s.id = $1`,
      [
        id,
        written.intents.map(({ seq }) => seq),
        written.intents.map(({ ms }) => ms),
        written.intents.map(({ tag }) => tag),
        written.intents.map(({ text }) => text),
      ],
    );
  });
  return id;
}

/** A resource of that wire; null: the sandbox's own. */
async function resourceOf(client: Client, wire: Recorded['wire']): Promise<string | null> {
  if (wire === 'postgres') return null;
  await client.query(
    `INSERT INTO resource (id, name, kind, environment, host, port) VALUES ($1, $2, $3, 'staging', 'h', 22)
     ON CONFLICT DO NOTHING`,
    [`res_recorded_${wire}`, `recorded-${wire}`, wire],
  );
  return `res_recorded_${wire}`;
}

async function write(keyFile: string, sessionId: string, startedAt: Date, recorded: Recorded) {
  const [writer, start] = await RecordingWriter.start({
    key: readSealingKey(await readFile(keyFile, 'utf8')),
    workerId: 'wrk_test',
    createdAt: startedAt,
    keyApart: true,
    header: headerOf(sessionId, startedAt, recorded),
  });
  const parts = [start];
  const intents: { seq: number; ms: number; tag: string; text: string }[] = [];
  let seq = 0;
  let block: Buffer[] = [];
  let statements = 0;
  const close = async () => {
    if (block.length === 0) return;
    const firstSeq = seq - block.length + 1;
    const plain = Buffer.concat(block);
    const facts = {
      plain,
      firstSeq,
      records: block.length,
      statements,
      firstAtUs: firstSeq * recorded.everyMs * 1000,
    };
    parts.push(writer.block(facts, await packBlock(plain)));
    block = [];
    statements = 0;
  };
  for (const body of recorded.bodies) {
    seq += 1;
    block.push(encodeRecord({ seq, atUs: seq * recorded.everyMs * 1000, body }));
    if (body.kind === 'intent') {
      statements += 1;
      intents.push({ seq, ms: seq * recorded.everyMs, tag: body.tag, text: body.text });
    }
    if (block.length === perBlock) await close();
  }
  await close();
  const lengthMs = (seq + 1) * recorded.everyMs;
  const [end, finished] = writer.finish('sealed', new Date(), lengthMs * 1000, null);
  parts.push(end);
  return { ...finished, bytes: Buffer.concat(parts), intents, lengthMs };
}

function headerOf(sessionId: string, startedAt: Date, { wire, purpose }: Recorded): RecordingHeader {
  return {
    ...{ sessionId, startedAt: startedAt.toISOString(), wire },
    agent: { id: 'agt_test', name: 'migrator', owner: null },
    resource: { id: 'res_test', name: 'shop', environment: 'production' },
    grantIds: [],
    purpose: { text: purpose, tier: 'claimed', source: 'test' },
    ...{ issuer: 'test', subject: 'test', claims: {}, policyVersion: 1 },
    client: { address: '127.0.0.1', application: null },
  };
}
