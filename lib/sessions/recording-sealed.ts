import type { Context } from '#lib/auth/context';
import { forbidden } from '#lib/core/errors';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';

export interface SealedFile {
  readonly sessionId: string;
  readonly path: string;
  readonly bytes: number;
  readonly records: number;
  readonly blocks: number;
  /** SHA-256 of the whole file, hex. */
  readonly digest: string;
  readonly state: 'sealed' | 'interrupted';
  readonly sealedAt: Date;
  /** The data key, wrapped; null: the file holds it. */
  readonly wrappedKey?: string | null;
}

/** A recording was sealed: its digest goes into the ledger, its wrapped key stays here. At least once; the first one counts. */
export async function recordingSealed(context: Context, file: SealedFile): Promise<void> {
  const { actor, db } = context;
  if (actor.kind !== 'worker') throw forbidden('Only a gateway seals recordings.');
  await transaction(db, async (tx) => {
    const created = await tx.recording.createMany({
      data: [{ ...file, bytes: BigInt(file.bytes) }],
      skipDuplicates: true,
    });
    if (created.count === 0) return;
    await appendEntry(tx, {
      actor,
      action: 'session.sealed',
      subject: { kind: 'session', id: file.sessionId },
      summary: `A recording of ${file.records} records was ${file.state === 'sealed' ? 'sealed' : 'sealed as interrupted'}`,
      payload: {
        digest: file.digest,
        bytes: file.bytes,
        records: file.records,
        blocks: file.blocks,
        state: file.state,
      },
      dedupeKey: `session.sealed:${file.sessionId}`,
      at: file.sealedAt,
    });
  });
}
