import type { SealedStore } from '#lib/recording/store/store';

/** How long things are kept, where nothing else is said of them. */
export interface RetentionPolicy {
  /** Days from a recording's seal; null: for ever. A later, shorter one does not shorten what was set. */
  readonly recordingDays: number | null;
  /** Days from a sign-off in which its pack's recordings are kept. */
  readonly packDays: number;
}

/** Seven years. */
export const packDaysDefault = 2_555;

/** Where recordings' bytes lie, by `recording.store`; null: not reachable from this process. */
export interface RecordingStores {
  readonly file: SealedStore;
  readonly blob: SealedStore | null;
}
