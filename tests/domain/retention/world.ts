import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileStore, packBlock, RecordingWriter, recordingName } from '#lib/recording/index';
import { encodeRecord } from '#lib/recording/record';
import type { RecordingStores } from '#lib/retention/index';
import { closeSession, recordingSealed } from '#lib/sessions/index';
import { header, intent } from '#tests/domain/recorder/fixture';
import { type AccessWorld, createAccessWorld, openTestSession } from '../access-world.ts';

export interface RetentionWorld {
  readonly access: AccessWorld;
  readonly grantId: string;
  readonly directory: string;
  readonly key: { readonly id: string; readonly bytes: Buffer };
  readonly stores: RecordingStores;
  /** A sealed session whose data key is kept apart. */
  sealed(): Promise<{
    readonly sessionId: string;
    readonly path: string;
    readonly digest: string;
    readonly wrappedKey: string;
  }>;
  drop(): Promise<void>;
}

export async function createRetentionWorld(): Promise<RetentionWorld> {
  const access = await createAccessWorld();
  const directory = await mkdtemp(join(tmpdir(), 'countersign-retention-'));
  const key = { id: 'k', bytes: randomBytes(32) };
  const grantId = await access.grant();
  return {
    access,
    grantId,
    directory,
    key,
    stores: { file: new FileStore(directory), blob: null },
    async sealed() {
      const sessionId = await openTestSession(access, [grantId]);
      await closeSession(access.worker(), {
        ...{ id: sessionId, state: 'closed', reason: 'done', endedAt: access.clock.now() },
        ...{ statements: 1, allowed: 1, held: 0, denied: 0, rowsOut: 0, bytesOut: 0, maskedFields: 0 },
      });
      const [writer, start] = await RecordingWriter.start({
        key,
        workerId: 'wrk_test',
        createdAt: access.clock.now(),
        header: header(sessionId),
        keyApart: true,
      });
      const plain = encodeRecord({ seq: 1, atUs: 1, body: intent('select 1') });
      const block = { plain, firstSeq: 1, records: 1, statements: 1, firstAtUs: 1 };
      const middle = writer.block(block, await packBlock(plain));
      const [end, finished] = writer.finish('sealed', access.clock.now(), 1, null);
      const bytes = Buffer.concat([start, middle, end]);
      const path = join(directory, recordingName(sessionId));
      await writeFile(path, bytes);
      const wrappedKey = finished.wrappedKey ?? '';
      await recordingSealed(access.worker(), {
        ...{ sessionId, path, bytes: bytes.length, records: 1, blocks: 2, state: 'sealed', wrappedKey },
        digest: createHash('sha256').update(bytes).digest('hex'),
        sealedAt: access.clock.now(),
      });
      return { sessionId, path, digest: finished.digest, wrappedKey };
    },
    async drop() {
      await access.database.drop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
