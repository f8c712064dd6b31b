import { join } from 'node:path';
import { z } from 'zod';
import { BlobStore } from '#lib/recording/store/blob-store';
import { FileStore } from '#lib/recording/store/file-store';
import { blobPlaceOf } from '#lib/recording/store/settings';
import { packDaysDefault, type RecordingStores, type RetentionPolicy } from '#lib/retention/index';
import { blobCopies, type CheckpointCopies, folderCopies } from './checkpoint-copies.ts';
import { webhookCopies } from './webhook-copies.ts';

const days = z.coerce
  .number({ error: 'must be a number of days' })
  .int('must be whole days')
  .min(1, 'must be at least a day')
  .max(36_500, 'must be less than a hundred years');

const variables = z.object({
  COUNTERSIGN_HOME: z.string().default('.countersign'),
  COUNTERSIGN_RETENTION_DAYS: days.optional(),
  COUNTERSIGN_PACK_RETENTION_DAYS: days.default(packDaysDefault),
  COUNTERSIGN_CHECKPOINT_DIR: z.string().optional(),
  COUNTERSIGN_CHECKPOINT_BLOB_URL: z.string().optional(),
  COUNTERSIGN_CHECKPOINT_WEBHOOK_URL: z
    .url({ protocol: /^https?$/, error: 'must be an https address' })
    .optional(),
  COUNTERSIGN_CHECKPOINT_WEBHOOK_SECRET_FILE: z.string().optional(),
  COUNTERSIGN_CHECKPOINT_WEBHOOK_PRIVATE: z.enum(['0', '1'], { error: 'must be 0 or 1' }).default('0'),
});

/** What the jobs keep, where, and for how long. */
export interface Keeping {
  readonly stores: RecordingStores;
  readonly policy: RetentionPolicy;
  /** Places outside that checkpoints are copied to. */
  readonly copies: readonly CheckpointCopies[];
}

/** Reads it from the environment. Throws one sentence that names every wrong variable. */
export function readKeeping(source: NodeJS.ProcessEnv): Keeping {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  const parsed = variables.safeParse(given);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
    throw new Error(`The environment is wrong: ${faults.join('; ')}.`);
  }
  const values = parsed.data;
  const place = blobPlaceOf(source);
  return {
    stores: {
      file: new FileStore(join(values.COUNTERSIGN_HOME, 'recordings')),
      blob: place && new BlobStore(place),
    },
    policy: {
      recordingDays: values.COUNTERSIGN_RETENTION_DAYS ?? null,
      packDays: values.COUNTERSIGN_PACK_RETENTION_DAYS,
    },
    copies: copiesOf(values, source),
  };
}

function copiesOf(values: z.output<typeof variables>, source: NodeJS.ProcessEnv): CheckpointCopies[] {
  const copies: CheckpointCopies[] = [];
  if (values.COUNTERSIGN_CHECKPOINT_DIR) copies.push(folderCopies(values.COUNTERSIGN_CHECKPOINT_DIR));
  const blobUrl = values.COUNTERSIGN_CHECKPOINT_BLOB_URL;
  const apart = blobUrl
    ? blobPlaceOf({ ...source, COUNTERSIGN_STORE: 'blob', COUNTERSIGN_BLOB_URL: blobUrl })
    : null;
  if (apart) copies.push(blobCopies(apart));
  const url = values.COUNTERSIGN_CHECKPOINT_WEBHOOK_URL;
  const secretFile = values.COUNTERSIGN_CHECKPOINT_WEBHOOK_SECRET_FILE;
  if ((url === undefined) !== (secretFile === undefined)) {
    throw new Error(
      'The environment is wrong: COUNTERSIGN_CHECKPOINT_WEBHOOK_URL and COUNTERSIGN_CHECKPOINT_WEBHOOK_SECRET_FILE belong together.',
    );
  }
  if (url !== undefined && secretFile !== undefined) {
    const privateNetwork = values.COUNTERSIGN_CHECKPOINT_WEBHOOK_PRIVATE === '1';
    const memory = join(values.COUNTERSIGN_HOME, 'checkpoints-taken');
    copies.push(webhookCopies({ url, secretFile, privateNetwork, memory }));
  }
  return copies;
}
