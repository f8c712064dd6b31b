import { CountersignError, isCountersignError } from '#lib/core/errors';
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

interface RowFrame extends Delivery {
  /** Set in a whole row that later ones of the segment are like. */
  readonly number?: number;
  readonly like?: number;
}

/** Reads a segment's row frames, as the importer wrote them, from its start. */
export class RowFrames {
  readonly #whole = new Map<number, StatementRow>();

  parse(payload: Buffer): Delivery {
    const { row: own, facts, number, like } = JSON.parse(payload.toString('utf8')) as RowFrame;
    const known = like === undefined ? undefined : this.#whole.get(like);
    if (like !== undefined && known === undefined) {
      throw new CountersignError('integrity', `a row in the spool is like row ${like}, which is not there`);
    }
    const row = { ...known, ...own, at: new Date(own.at) };
    if (number !== undefined) this.#whole.set(number, row);
    return { row, facts };
  }
}
