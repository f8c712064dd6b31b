import { Client } from 'pg';
import { type SealingKey, unseal } from '#lib/core/sealing';
import type { GatewayRole, ProbeStep, ResourceTest } from '../model.ts';
import type { Target } from '../target.ts';
import { readLoginRoles, readRole, readStrangers } from './look.ts';
import { checkTls, reachPort, resolveHost, tlsOptions } from './reach.ts';
import { suggestMasks } from './suggest.ts';

const connectMsMax = 5_000;
const questionMsMax = 3_000;

export type Seen = Omit<ResourceTest, 'ok' | 'findings'>;

const nothing = { serverVersion: null, role: null, loginRoles: [], strangers: [], suggestions: [] };

/** Goes as far as it can, one step after the other, and says what each saw. */
export async function probe(target: Target, key: SealingKey): Promise<Seen> {
  const steps: ProbeStep[] = [];
  async function step(name: ProbeStep['name'], work: () => Promise<string>): Promise<boolean> {
    const start = performance.now();
    const told = await work().then(
      (message) => ({ state: 'passed', message }) as const,
      (error: unknown) => ({ state: 'failed', message: sentenceOf(error) }) as const,
    );
    steps.push({ name, ...told, ms: Math.round(performance.now() - start) });
    return told.state === 'passed';
  }
  if (!(await step('dns', () => resolveHost(target)))) return { steps: filled(steps), ...nothing };
  if (!(await step('tcp', () => reachPort(target)))) return { steps: filled(steps), ...nothing };
  if (target.tls === 'disable') {
    steps.push({
      name: 'tls',
      state: 'skipped',
      message: 'switched off: everything goes unencrypted',
      ms: 0,
    });
  } else if (!(await step('tls', () => checkTls(target)))) return { steps: filled(steps), ...nothing };
  if (target.settings.login === 'entra') {
    const message = 'it logs in by a token that only the gateway gets; open a session to see it';
    steps.push({ name: 'login', state: 'skipped', message, ms: 0 });
    return { steps: filled(steps), ...nothing };
  }
  const client = clientOf(target, key);
  client.on('error', () => {});
  let connected = false;
  try {
    const login = await step('login', async () => {
      await client.connect();
      connected = true;
      return `logged in as ${target.username ?? 'the default role'}`;
    });
    if (!login) return { steps: filled(steps), ...nothing };
    let seen: Omit<Seen, 'steps'> = nothing;
    await step('rights', async () => {
      seen = await lookAround(client, target);
      return rightsOf(seen.role);
    });
    return { steps, ...seen };
  } finally {
    // One that never got in has nothing to say goodbye to, and would wait for an answer.
    const ended = client.end().catch(() => {});
    if (connected) await ended;
  }
}

function clientOf(target: Target, key: SealingKey): Client {
  const sealed = target.credentialSealed;
  return new Client({
    host: target.host,
    port: target.port,
    database: target.database ?? target.resource.name,
    ...(target.username === null ? {} : { user: target.username }),
    ...(sealed === null
      ? {}
      : { password: unseal(key, sealed, `resource:${target.resource.id}`).toString('utf8') }),
    ssl: target.tls === 'disable' ? false : { ...tlsOptions(target), ...certificateOf(target, key) },
    application_name: 'countersign test',
    connectionTimeoutMillis: connectMsMax,
    query_timeout: 10_000,
  });
}

function certificateOf({ clientCertificate, resource }: Target, key: SealingKey) {
  if (clientCertificate === null) return {};
  const { certificate, keySealed } = clientCertificate;
  return { cert: certificate, key: unseal(key, keySealed, `resource-tls:${resource.id}`).toString('utf8') };
}

/** In one read-only transaction that changes nothing and can't be long. */
async function lookAround(client: Client, target: Target): Promise<Omit<Seen, 'steps'>> {
  await client.query(
    `SET search_path = pg_catalog; SET statement_timeout = ${questionMsMax}; SET lock_timeout = 500`,
  );
  await client.query('BEGIN READ ONLY');
  try {
    const { rows } = await client.query<{ version: string }>(
      `SELECT current_setting('server_version') AS version`,
    );
    const role = await readRole(client);
    const loginRoles = await readLoginRoles(client);
    const strangers = await readStrangers(client);
    await client.query('SAVEPOINT sample');
    const suggestions = await suggestMasks(
      client,
      new Set(target.resource.masks.map(({ column }) => column)),
    );
    return { serverVersion: rows[0]?.version ?? null, role, loginRoles, strangers, suggestions };
  } finally {
    await client.query('ROLLBACK').catch(() => {});
  }
}

function rightsOf(role: GatewayRole | null): string {
  if (role === null) return 'nothing was seen';
  if (role.readable === 0) throw new Error(`${role.name} may read no table; grant it what agents need`);
  return `${role.name} may read ${role.readable} tables and views${role.superuser ? ', and is superuser' : ''}${role.owns > 0 ? `, and owns ${role.owns}` : ''}`;
}

/** Those that were not reached. */
function filled(steps: readonly ProbeStep[]): readonly ProbeStep[] {
  const missing = (['dns', 'tcp', 'tls', 'login', 'rights'] as const).slice(steps.length);
  return [
    ...steps,
    ...missing.map((name) => ({ name, state: 'skipped', message: 'not reached', ms: 0 }) as const),
  ];
}

const known: Readonly<Record<string, string>> = {
  ENOTFOUND: 'no name server knows this host',
  EAI_AGAIN: 'the name server does not answer',
  ECONNREFUSED: 'nothing listens there',
  ETIMEDOUT: 'no answer; is a firewall in between?',
  EHOSTUNREACH: 'there is no way to this host',
  '28P01': 'the password is wrong',
  '28000': 'this role may not log in from here',
  '3D000': 'there is no such database',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is signed by itself; name its authority in the resource',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate’s authority is not known; name it in the resource',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate’s authority is not known; name it in the resource',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the certificate’s authority is not known; name it in the resource',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another host',
  CERT_HAS_EXPIRED: 'the certificate has expired',
};

function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const sentence = known[code];
  return sentence ? `${sentence} (${code})` : error.message.slice(0, 300);
}
