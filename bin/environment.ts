import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { homeOf } from './home.ts';
import { writePrivate } from './private-file.ts';

const port = (fallback: number) =>
  z.coerce
    .number({ error: 'must be a port number' })
    .int('must be a port number')
    .min(1, 'must be a port number')
    .max(65_535, 'must be a port number')
    .default(fallback);
const text = z.string().min(1, 'must not be empty').optional();

const schema = z.object({
  PORT: port(3000),
  COUNTERSIGN_POSTGRES_PORT: port(15_432),
  COUNTERSIGN_ISSUER_PORT: port(4400),
  COUNTERSIGN_ADMIN_PORT: port(15_480),
  COUNTERSIGN_GATEWAY_WORKERS: z.coerce
    .number({ error: 'must be a number of processes' })
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(64, 'must be at most 64')
    .default(1),
  COUNTERSIGN_HOME: z.string().min(1, 'must not be empty').default('.countersign'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgresql:// URL' }).optional(),
  COUNTERSIGN_MIGRATE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'must be a postgresql:// URL' })
    .optional(),
  COUNTERSIGN_KEY_FILE: text,
  COUNTERSIGN_SIGNING_KEY_FILE: text,
  COUNTERSIGN_TLS_CERT_FILE: text,
  COUNTERSIGN_TLS_KEY_FILE: text,
  NEXTAUTH_URL: text,
  NEXTAUTH_SECRET: text,
  AUTH_ISSUER: text,
  AUTH_CLIENT_ID: text,
  AUTH_CLIENT_SECRET: text,
});

/** What the `countersign` command reads of its environment. */
export type Environment = z.infer<typeof schema>;

/** Throws one sentence that names every wrong variable. */
export function readEnvironment(source: NodeJS.ProcessEnv = process.env): Environment {
  // An empty variable is one that is not set: that is how shells and containers clear one.
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
  throw new Error(`The environment is wrong: ${faults.join('; ')}.`);
}

/** Sandbox mode: without a control database of one's own, everything is brought along. */
export function isSandbox(environment: Environment): boolean {
  return environment.DATABASE_URL === undefined;
}

const portNames = [
  'PORT',
  'COUNTERSIGN_POSTGRES_PORT',
  'COUNTERSIGN_ISSUER_PORT',
  'COUNTERSIGN_ADMIN_PORT',
] as const;

/** Leaves the ports of this start in its home, for the commands that are run beside it. */
export async function keepPorts(environment: Environment): Promise<void> {
  const ports = Object.fromEntries(portNames.map((name) => [name, environment[name]]));
  await writePrivate(homeOf(environment.COUNTERSIGN_HOME).ports, `${JSON.stringify(ports)}\n`, 0o644);
}

/** For a command beside a running start: ports that are not set are those of the last start. */
export function readEnvironmentBeside(source: NodeJS.ProcessEnv = process.env): Environment {
  const own = readEnvironment(source);
  let kept: Record<string, unknown>;
  try {
    kept = JSON.parse(readFileSync(homeOf(own.COUNTERSIGN_HOME).ports, 'utf8'));
  } catch {
    return own;
  }
  const ports = portNames.filter((name) => source[name] === undefined && kept[name] !== undefined);
  return readEnvironment({
    ...source,
    ...Object.fromEntries(ports.map((name) => [name, String(kept[name])])),
  });
}
