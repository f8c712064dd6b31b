import type { Context } from '#lib/auth/context';
import { forbidden } from '#lib/core/errors';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import type { SealedRecording } from './model.ts';

/** A recording was sealed: its digest goes into the ledger, its wrapped key stays here. At least once; the first one counts. */
export async function recordingSealed(context: Context, file: SealedRecording): Promise<void> {
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
