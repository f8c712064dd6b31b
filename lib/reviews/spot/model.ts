import type { ItemState, Named } from '../model.ts';

/** A kept item that a second person looks at. */
export interface SpotCheckView {
  readonly itemId: string;
  readonly sentence: string;
  readonly state: ItemState;
  /** Null: nobody is independent of it; name somebody with `assignSpotCheck`. */
  readonly checker: Named | null;
  /** The latest; null: not looked at yet. */
  readonly outcome: 'agree' | 'disagree' | null;
  readonly reason: string | null;
  readonly at: Date | null;
  /** This person looks at it, and the campaign is open. */
  readonly mayAnswer: boolean;
}

export interface SpotDrawView {
  readonly id: string;
  readonly seed: string;
  readonly share: number;
  /** So many kept items took part, so many were drawn. */
  readonly keeps: number;
  readonly drawn: number;
  readonly by: string;
  readonly at: Date;
}
