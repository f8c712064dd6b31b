export const keepingStates = ['held', 'due', 'kept', 'deleted'] as const;
/** Under legal hold; past its end and not deleted yet; before its end, or without one; gone. */
export type KeepingState = (typeof keepingStates)[number];

/** The hold that stands. */
export interface StandingHold {
  readonly by: string;
  readonly at: Date;
  readonly reason: string;
}

/** How long one recording is kept, and what keeps it. */
export interface RecordingKeeping {
  readonly sessionId: string;
  readonly agent: { readonly id: string; readonly name: string };
  readonly resource: { readonly id: string; readonly name: string };
  readonly state: KeepingState;
  readonly bytes: number;
  readonly digest: string;
  readonly sealedAt: Date;
  /** Null: no end was given; it is kept. */
  readonly retainUntil: Date | null;
  readonly deletedAt: Date | null;
  readonly hold: StandingHold | null;
  /** Why it can't be deleted now, as a sentence; null: it can. */
  readonly keptBecause: string | null;
  readonly may: { readonly hold: boolean; readonly delete: boolean };
}
