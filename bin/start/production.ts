import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Client } from 'pg';
import type { Environment } from '#bin/environment';
import { readSigningKey } from '#lib/core/ed25519';
import { migrate, requireMigrated } from '#lib/db/migrate';

interface Needed {
  readonly variable: keyof Environment;
  readonly what: string;
  readonly how: string;
  /** Throws when the file's content is not that. */
  readonly check?: (content: string) => void;
}

const needed: readonly Needed[] = [
  {
    variable: 'COUNTERSIGN_KEY_FILE',
    what: 'the key that seals credentials and recordings',
    how: 'openssl rand -base64 32 > sealing.key && chmod 600 sealing.key',
    check: requireSealingKey,
  },
  {
    variable: 'COUNTERSIGN_SIGNING_KEY_FILE',
    what: 'the key that signs the ledger and packs',
    how: 'openssl genpkey -algorithm ed25519 -out signing.pem && chmod 600 signing.pem',
    check: (content) => void readSigningKey(content),
  },
  {
    variable: 'COUNTERSIGN_TLS_CERT_FILE',
    what: "the gateway's server certificate with its chain, PEM",
    how: 'ask your certificate authority for the name that agents connect to',
    check: (content) => void new X509Certificate(content),
  },
  {
    variable: 'COUNTERSIGN_TLS_KEY_FILE',
    what: "that certificate's private key, PEM",
    how: 'it was made with the certificate request',
    check: () => {},
  },
  {
    variable: 'NEXTAUTH_SECRET',
    what: "the secret of people's session cookies",
    how: 'openssl rand -base64 32',
  },
  { variable: 'AUTH_ISSUER', what: "the URL of people's OIDC provider", how: 'see its documentation' },
  { variable: 'AUTH_CLIENT_ID', what: 'the client registered there', how: 'register a web client' },
  { variable: 'AUTH_CLIENT_SECRET', what: "that client's secret", how: 'register a web client' },
];

/** Throws one text that names everything that is missing, and how to make it. Keys are never made here. */
export async function requireConfigured(environment: Environment): Promise<void> {
  const faults: string[] = [];
  for (const { variable, what, how, check } of needed) {
    const value = environment[variable];
    if (value === undefined) faults.push(`${variable} is not set: ${what}. To make one: ${how}`);
    else if (check) {
      const fault = await faultOf(String(value), check);
      if (fault !== null) faults.push(`${variable} (${value}): ${fault} It is ${what}. To make one: ${how}`);
    }
  }
  if (faults.length > 0) {
    throw new Error(
      `With DATABASE_URL set, Countersign starts only with keys of yours.\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
    );
  }
}

async function faultOf(path: string, check: (content: string) => void): Promise<string | null> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch {
    return 'this file can’t be read.';
  }
  try {
    check(content);
    return null;
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}.`;
  }
}

function requireSealingKey(content: string): void {
  if (Buffer.from(content.trim(), 'base64').length !== 32) {
    throw new Error('the file does not hold 32 bytes in base64, on one line');
  }
}

/** Migrates as the owner where its login is given; else requires that somebody has. */
export async function prepareDatabase(environment: Environment): Promise<string[]> {
  const url = environment.DATABASE_URL ?? '';
  const migrateUrl = environment.COUNTERSIGN_MIGRATE_URL;
  if (migrateUrl === undefined) {
    await requireMigrated(url);
    return [];
  }
  const login = await loginOf(url);
  return migrate({ url: migrateUrl, runtimeLogin: login });
}

/** Refuses a run-time login that could change evidence: one that owns the tables, or a superuser. */
export async function requireHarmlessLogin(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query<{ login: string; superuser: boolean; owns: boolean }>(
      `SELECT current_user AS login,
              (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser,
              EXISTS (SELECT FROM pg_class
                      WHERE relname = 'ledger_entry' AND pg_has_role(current_user, relowner, 'MEMBER')) AS owns`,
    );
    const found = rows[0];
    if (found?.superuser || found?.owns) {
      throw new Error(
        `The login ${found.login} of DATABASE_URL ${found.superuser ? 'is a superuser' : 'owns the tables'}, so it could change evidence. ` +
          'Give the web and the gateway a login of their own, and use the owner only in COUNTERSIGN_MIGRATE_URL.',
      );
    }
  } finally {
    await client.end();
  }
}

async function loginOf(url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect().catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`DATABASE_URL does not connect: ${reason}`, { cause });
  });
  const { rows } = await client.query<{ login: string }>('SELECT current_user AS login');
  await client.end();
  return rows[0]?.login ?? '';
}
