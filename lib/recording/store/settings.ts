import { z } from 'zod';
import { CountersignError } from '#lib/core/errors';
import type { BlobPlace } from './blob-place.ts';
import { BlobStore } from './blob-store.ts';

export type { BlobPlace } from './blob-place.ts';

const text = z.string().optional();
const variables = z.object({
  COUNTERSIGN_STORE: z.enum(['file', 'blob'], { error: 'must be file or blob' }).default('file'),
  COUNTERSIGN_BLOB_URL: text,
  COUNTERSIGN_BLOB_ACCOUNT: text,
  COUNTERSIGN_BLOB_KEY_FILE: text,
  COUNTERSIGN_BLOB_IDENTITY: text,
});

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The blob store that the environment asks for; null: recordings stay in files. Throws one sentence
 * that names every wrong variable.
 */
export function blobStoreOf(environment: Environment): BlobStore | null {
  const place = blobPlaceOf(environment);
  return place && new BlobStore(place);
}

/** The container that the environment names, or null with `COUNTERSIGN_STORE=file`. */
export function blobPlaceOf(environment: Environment): BlobPlace | null {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = variables.safeParse(given);
  if (!parsed.success) {
    throw wrong(parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`));
  }
  const { COUNTERSIGN_STORE: kind, COUNTERSIGN_BLOB_URL: url } = parsed.data;
  if (kind === 'file') return null;
  const account = parsed.data.COUNTERSIGN_BLOB_ACCOUNT ?? null;
  const keyFile = parsed.data.COUNTERSIGN_BLOB_KEY_FILE ?? null;
  const faults = urlFaults(url);
  if ((account === null) !== (keyFile === null)) {
    faults.push('COUNTERSIGN_BLOB_ACCOUNT and COUNTERSIGN_BLOB_KEY_FILE belong together');
  }
  if (faults.length > 0 || url === undefined) throw wrong(faults);
  return { url, account, keyFile, identityClientId: parsed.data.COUNTERSIGN_BLOB_IDENTITY ?? null };
}

function urlFaults(url: string | undefined): string[] {
  if (url === undefined) return ['COUNTERSIGN_BLOB_URL must be the container’s address'];
  if (!URL.canParse(url)) return ['COUNTERSIGN_BLOB_URL is not an address'];
  const { protocol, hostname, pathname } = new URL(url);
  if (pathname.replaceAll('/', '') === '') return ['COUNTERSIGN_BLOB_URL names no container'];
  const local = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  return protocol === 'https:' || (protocol === 'http:' && local)
    ? []
    : ['COUNTERSIGN_BLOB_URL must be https'];
}

function wrong(faults: readonly string[]): CountersignError {
  return new CountersignError('invalid', `The environment is wrong: ${faults.join('; ')}.`);
}
