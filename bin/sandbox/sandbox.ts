import { join } from 'node:path';
import type { Environment } from '#bin/environment';
import type { Home } from '#bin/home';
import type { Progress } from '#bin/start/progress';
import { ensureAccessFile } from './access.ts';
import { ensureControlDatabase, runtimeUrl } from './databases.ts';
import { webClientId } from './issuer/agents.ts';
import { ensureKeys } from './keys.ts';
import { type RunningPostgres, startPostgres } from './postgres.ts';
import { ensureSecrets, readSecrets, type SandboxSecrets, settlePort } from './secrets.ts';
import { ensureShop, shopSize } from './shop.ts';

export interface Sandbox {
  readonly postgres: RunningPostgres;
  /** What the product's processes run with. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Brings up what the sandbox stands on: keys, databases, the shop, and its declarations' file. */
export async function openSandbox(
  home: Home,
  environment: Environment,
  progress: Progress,
): Promise<Sandbox> {
  const secrets = await settlePort(home, await ensureSecrets(home));
  await ensureKeys(home);
  const postgres = await progress.step('Postgres 18', () =>
    startPostgres({
      dataDirectory: home.postgres,
      port: secrets.databasePort,
      superuserPassword: secrets.superuserPassword,
      logFile: join(home.logs, 'postgres.log'),
      settings: { max_connections: '200' },
    }),
  );
  try {
    await progress.step('Control database', () => ensureControlDatabase(postgres, secrets));
    await progress.step('Sandbox shop', () =>
      ensureShop(postgres, { database: 'shop', ownerPassword: secrets.shopPassword, size: shopSize }),
    );
    await ensureAccessFile(home, secrets, {
      issuerPort: environment.COUNTERSIGN_ISSUER_PORT,
      policies: join(import.meta.dirname, '../../policies/defaults.cedar'),
    });
  } catch (error) {
    await postgres.stop();
    throw error;
  }
  return { postgres, variables: variablesOf(home, environment, secrets) };
}

/** The same for a command beside a running sandbox: `apply`, `verify`, `doctor`. */
export async function sandboxVariables(
  home: Home,
  environment: Environment,
): Promise<Record<string, string>> {
  return variablesOf(home, environment, await readSecrets(home));
}

function variablesOf(home: Home, environment: Environment, secrets: SandboxSecrets): Record<string, string> {
  return {
    COUNTERSIGN_SANDBOX: '1',
    COUNTERSIGN_HOME: home.folder,
    DATABASE_URL: runtimeUrl(secrets),
    COUNTERSIGN_KEY_FILE: home.sealingKey,
    COUNTERSIGN_SIGNING_KEY_FILE: home.signingKey,
    COUNTERSIGN_TLS_CERT_FILE: home.serverCertificate,
    COUNTERSIGN_TLS_KEY_FILE: home.serverKey,
    NEXTAUTH_SECRET: secrets.sessionSecret,
    NEXTAUTH_URL: `http://localhost:${environment.PORT}`,
    AUTH_ISSUER: `http://localhost:${environment.COUNTERSIGN_ISSUER_PORT}`,
    AUTH_CLIENT_ID: webClientId,
    AUTH_CLIENT_SECRET: secrets.webClientSecret,
  };
}
