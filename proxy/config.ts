import { join } from 'node:path';
import { z } from 'zod';
import { type BlobPlace, blobPlaceOf } from '#lib/recording/store/settings';

const port = z.coerce.number().int().min(0).max(65_535);
const whole = (value: number) => z.coerce.number().int().min(1).default(value);

const environment = z.object({
  COUNTERSIGN_POSTGRES_HOST: z.string().default('127.0.0.1'),
  COUNTERSIGN_POSTGRES_PORT: port.default(15432),
  /** `disable` serves plain text: for benchmarks and tests, or behind something that ends TLS. */
  COUNTERSIGN_POSTGRES_TLS: z.enum(['require', 'disable']).default('require'),
  COUNTERSIGN_TLS_CERT_FILE: z.string().optional(),
  COUNTERSIGN_TLS_KEY_FILE: z.string().optional(),
  COUNTERSIGN_ADMIN_PORT: port.default(15480),
  COUNTERSIGN_HOME: z.string().default('.countersign'),
  COUNTERSIGN_KEY_FILE: z.string().optional(),
  COUNTERSIGN_SIGNING_KEY_FILE: z.string().optional(),
  DATABASE_URL: z.string().optional(),
  COUNTERSIGN_HOLD_SECONDS: z.coerce.number().min(0).max(20).default(20),
  COUNTERSIGN_CONNECTIONS_MAX: whole(10_000),
  /** More than one: each listens on the same port, and has an admin port of its own. */
  COUNTERSIGN_GATEWAY_WORKERS: whole(1),
  /** A user-assigned managed identity, for targets that log in by Entra tokens. */
  COUNTERSIGN_ENTRA_CLIENT_ID: z.string().optional(),
});

/** What one gateway worker runs with. */
export interface GatewayConfig {
  readonly host: string;
  readonly port: number;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
  readonly adminPort: number;
  readonly home: string;
  readonly keyFile: string;
  readonly signingKeyFile: string;
  readonly databaseUrl: string;
  readonly holdMs: number;
  readonly connectionsMax: number;
  /** Workers that share the port on this host; absent: one. */
  readonly workers?: number;
  readonly entraClientId?: string | null;
  /** Where sealed recordings are brought; null: they stay in the home. */
  readonly blobs?: BlobPlace | null;
}

/** Reads the worker's environment; the one place that does. Throws with every fault named. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): GatewayConfig {
  const parsed = environment.safeParse(Object.fromEntries(Object.entries(env).filter(([, v]) => v !== '')));
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`The gateway's environment is not usable. ${faults.join('; ')}`);
  }
  const values = parsed.data;
  const home = values.COUNTERSIGN_HOME;
  const encrypted = values.COUNTERSIGN_POSTGRES_TLS === 'require';
  return {
    host: values.COUNTERSIGN_POSTGRES_HOST,
    port: values.COUNTERSIGN_POSTGRES_PORT,
    tls: encrypted
      ? {
          certFile: needed(
            values.COUNTERSIGN_TLS_CERT_FILE,
            'COUNTERSIGN_TLS_CERT_FILE',
            'a PEM certificate',
          ),
          keyFile: needed(values.COUNTERSIGN_TLS_KEY_FILE, 'COUNTERSIGN_TLS_KEY_FILE', 'its PEM key'),
        }
      : null,
    adminPort: values.COUNTERSIGN_ADMIN_PORT,
    home,
    keyFile: values.COUNTERSIGN_KEY_FILE ?? join(home, 'keys', 'sealing.key'),
    signingKeyFile: values.COUNTERSIGN_SIGNING_KEY_FILE ?? join(home, 'keys', 'signing.pem'),
    databaseUrl: needed(values.DATABASE_URL, 'DATABASE_URL', "the control database's run-time login"),
    holdMs: values.COUNTERSIGN_HOLD_SECONDS * 1000,
    connectionsMax: values.COUNTERSIGN_CONNECTIONS_MAX,
    workers: values.COUNTERSIGN_GATEWAY_WORKERS,
    entraClientId: values.COUNTERSIGN_ENTRA_CLIENT_ID ?? null,
    blobs: blobPlaceOf(env),
  };
}

function needed(value: string | undefined, name: string, what: string): string {
  if (value !== undefined) return value;
  throw new Error(`${name} is not set: the gateway needs ${what}. \`countersign start\` sets it.`);
}
