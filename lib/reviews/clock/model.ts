export type Every = 'quarterly' | 'half-yearly' | 'yearly';

export interface SeriesView {
  readonly id: string;
  readonly name: string;
  readonly every: Every;
  /** When the next draft is made: the end of its period. Null: the series is ended. */
  readonly nextAt: Date | null;
  readonly endedAt: Date | null;
  readonly campaigns: number;
}
