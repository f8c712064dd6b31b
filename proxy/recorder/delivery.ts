import { isCountersignError } from '#lib/core/errors';
import type { SealedRecording, StatementBatch, StatementRow } from '#proxy/control/control-plane';

/** The part of the control plane that takes what a recorder delivers. */
export interface DeliveryTarget {
  importStatements(batch: StatementBatch): Promise<void>;
  recordingSealed(recording: SealedRecording): Promise<void>;
}

export interface DistinctFacts {
  readonly digest: string;
  readonly facts: unknown;
}

/** A row, with its facts when they were new. */
export interface Delivery {
  readonly row: StatementRow;
  readonly facts: DistinctFacts | null;
}

/** Delivers a batch. A row that the control plane refuses as such is found by halving and left out. */
export async function deliver(
  target: DeliveryTarget,
  batch: readonly Delivery[],
  log: (message: string, error: unknown) => void,
): Promise<boolean> {
  const facts = batch.flatMap((item) => (item.facts ? [item.facts] : []));
  try {
    await target.importStatements({ rows: batch.map((item) => item.row), facts });
    return true;
  } catch (error) {
    const refused = isCountersignError(error) && (error.code === 'invalid' || error.code === 'not_found');
    log('statement rows were not taken', error);
    if (!refused) return false;
    if (batch.length === 1) return true;
    const middle = Math.ceil(batch.length / 2);
    return (
      (await deliver(target, batch.slice(0, middle), log)) &&
      (await deliver(target, batch.slice(middle), log))
    );
  }
}

/** `away`: try again. `refused`: for good; it is logged. */
export async function tellSealed(
  target: DeliveryTarget,
  recording: SealedRecording,
  log: (message: string, error: unknown) => void,
): Promise<'told' | 'refused' | 'away'> {
  try {
    await target.recordingSealed(recording);
    return 'told';
  } catch (error) {
    log(`the seal of ${recording.sessionId} was not taken`, error);
    const refused = isCountersignError(error) && ['invalid', 'not_found', 'conflict'].includes(error.code);
    return refused ? 'refused' : 'away';
  }
}

/** A row frame's payload, as `Importer.add` wrote it. */
export function parseRowFrame(payload: Buffer): Delivery {
  const { row, facts } = JSON.parse(payload.toString('utf8')) as Delivery;
  return { row: { ...row, at: new Date(row.at) }, facts };
}
