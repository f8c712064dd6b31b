import { Client, escapeLiteral } from 'pg';
import { migrate } from '#lib/db/migrate';
import type { RunningPostgres } from './postgres.ts';
import type { SandboxSecrets } from './secrets.ts';

export const controlDatabase = 'countersign';
export const ownerLogin = 'countersign_owner';
export const runtimeLogin = 'countersign_app';

/** The run-time login's URL of the sandbox's control database: what DATABASE_URL would be. */
export function runtimeUrl(secrets: SandboxSecrets): string {
  return `postgresql://${runtimeLogin}:${secrets.runtimePassword}@127.0.0.1:${secrets.databasePort}/${controlDatabase}`;
}

function ownerUrl(secrets: SandboxSecrets): string {
  return `postgresql://${ownerLogin}:${secrets.ownerPassword}@127.0.0.1:${secrets.databasePort}/${controlDatabase}`;
}

/** Makes the control database with its two logins where they are missing, and migrates it. */
export async function ensureControlDatabase(
  server: RunningPostgres,
  secrets: SandboxSecrets,
): Promise<string[]> {
  const client = new Client({ connectionString: server.superuserUrl('postgres') });
  client.on('error', () => {});
  await client.connect();
  try {
    await ensureLogin(
      client,
      ownerLogin,
      `CREATEROLE LOGIN PASSWORD ${escapeLiteral(secrets.ownerPassword)}`,
    );
    await ensureLogin(client, runtimeLogin, `LOGIN PASSWORD ${escapeLiteral(secrets.runtimePassword)}`);
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [controlDatabase]);
    if (!rowCount) {
      await client.query(`CREATE DATABASE ${controlDatabase} OWNER ${ownerLogin}`);
    }
    await client.query(`REVOKE ALL ON DATABASE ${controlDatabase} FROM PUBLIC`);
  } finally {
    await client.end();
  }
  return migrate({ url: ownerUrl(secrets), runtimeLogin });
}

async function ensureLogin(client: Client, name: string, terms: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
  await client.query(`${rowCount ? 'ALTER' : 'CREATE'} ROLE ${name} ${terms}`);
}
