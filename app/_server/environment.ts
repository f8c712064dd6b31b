import { z } from 'zod';
import { CountersignError } from '#lib/core/errors';
import { type BlobPlace, blobPlaceOf } from '#lib/recording/store/settings';
import { packDaysDefault } from '#lib/retention/index';

const schema = z.object({
  DATABASE_URL: z.string().min(1),
  NEXTAUTH_SECRET: z.string().min(32, 'at least 32 characters: openssl rand -base64 32'),
  NEXTAUTH_URL: z.url().optional(),
  PORT: z.coerce.number().int().min(1).max(65_535).default(3000),
  AUTH_ISSUER: z.url(),
  AUTH_CLIENT_ID: z.string().min(1),
  AUTH_CLIENT_SECRET: z.string().min(1),
  COUNTERSIGN_HOME: z.string().min(1).default('.countersign'),
  COUNTERSIGN_KEY_FILE: z.string().min(1),
  COUNTERSIGN_SIGNING_KEY_FILE: z.string().min(1),
  COUNTERSIGN_PACK_RETENTION_DAYS: z.coerce.number().int().min(1).max(36_500).default(packDaysDefault),
  COUNTERSIGN_SANDBOX: z.enum(['0', '1']).default('0'),
  COUNTERSIGN_POSTGRES_PORT: z.coerce.number().int().min(1).max(65_535).default(15_432),
});

export interface Environment {
  readonly databaseUrl: string;
  readonly sessionSecret: string;
  /** Where people reach the pages, without a slash at the end. */
  readonly url: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly home: string;
  readonly keyFile: string;
  readonly signingKeyFile: string;
  readonly sandbox: boolean;
  readonly gatewayPort: number;
  /** Where recordings are brought, when they do not stay in files. */
  readonly blobs: BlobPlace | null;
  /** Days from a sign-off in which its pack's recordings are kept. */
  readonly packDays: number;
}

let read: Environment | undefined;

/** The web process's settings, read and checked at the first request; never while building. */
export function environment(): Environment {
  read ??= parse(process.env);
  return read;
}

function parse(values: NodeJS.ProcessEnv): Environment {
  // An empty variable is one that is not set, as in the command.
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new CountersignError('unavailable', `The web process is not configured. ${wrong.join('; ')}`);
  }
  const found = parsed.data;
  return {
    databaseUrl: found.DATABASE_URL,
    sessionSecret: found.NEXTAUTH_SECRET,
    url: (found.NEXTAUTH_URL ?? `http://localhost:${found.PORT}`).replace(/\/+$/, ''),
    issuer: found.AUTH_ISSUER.replace(/\/+$/, ''),
    clientId: found.AUTH_CLIENT_ID,
    clientSecret: found.AUTH_CLIENT_SECRET,
    home: found.COUNTERSIGN_HOME,
    keyFile: found.COUNTERSIGN_KEY_FILE,
    signingKeyFile: found.COUNTERSIGN_SIGNING_KEY_FILE,
    sandbox: found.COUNTERSIGN_SANDBOX === '1',
    gatewayPort: found.COUNTERSIGN_POSTGRES_PORT,
    blobs: blobPlaceOf(values),
    packDays: found.COUNTERSIGN_PACK_RETENTION_DAYS,
  };
}
