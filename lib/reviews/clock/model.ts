export type Every = 'quarterly' | 'half-yearly' | 'yearly';

/** A day (2026-12-25) on which nobody works here. */
export interface Holiday {
  readonly day: string;
  readonly name: string;
}

export interface SeriesView {
  readonly id: string;
  readonly name: string;
  readonly every: Every;
  /** When the next draft is made: the end of its period. Null: the series is ended. */
  readonly nextAt: Date | null;
  readonly endedAt: Date | null;
  /** "production, privileged grants only" */
  readonly scope: string;
  readonly dueInBusinessDays: number;
  readonly riskAnalysis: string;
  readonly campaigns: number;
  /** The newest first, at most four. */
  readonly latest: readonly { readonly id: string; readonly name: string; readonly state: string }[];
}
