/** Bounds of a worker's recorder; tests and small machines set others. */
export interface RecorderLimits {
  /** All segments of one worker. At it sessions wait for the sealer, then end. */
  readonly spoolBytesMax: number;
  /** A segment is followed by a new one at this size or age, so that plain text does not stay. */
  readonly segmentBytesMax: number;
  readonly segmentAgeMsMax: number;
  /** Below this much free space on the spool's or recordings' disk no session opens. */
  readonly freeBytesMin: number;
  /** A block is sealed after this time even when it is not full. */
  readonly blockAgeMsMax: number;
  /** Closed blocks in memory that wait for compression, all sessions together. */
  readonly sealBacklogBytesMax: number;
  /** A session that waits longer for room than this ends. */
  readonly pauseMsMax: number;
  /** Index rows in memory; more wait in the spool. */
  readonly rowsQueuedMax: number;
  /** Rows in one delivery. */
  readonly rowsPerBatch: number;
  readonly deliverEveryMs: number;
}

export const recorderLimits: RecorderLimits = {
  spoolBytesMax: 1024 * 1024 * 1024,
  segmentBytesMax: 16 * 1024 * 1024,
  segmentAgeMsMax: 30_000,
  freeBytesMin: 512 * 1024 * 1024,
  blockAgeMsMax: 1_000,
  sealBacklogBytesMax: 32 * 1024 * 1024,
  pauseMsMax: 5_000,
  rowsQueuedMax: 10_000,
  rowsPerBatch: 5_000,
  deliverEveryMs: 250,
};
