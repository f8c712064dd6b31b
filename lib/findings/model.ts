export const findingKinds = [
  'agent-without-owner',
  'owner-left',
  'grant-never-used',
  'unknown-outcome',
  'review-late',
  'review-to-launch',
  'break-glass',
] as const;

export type FindingKind = (typeof findingKinds)[number];

export type FindingState = 'open' | 'accepted' | 'resolved';

/** Something that a person must look at. */
export interface FindingView {
  readonly id: string;
  readonly kind: FindingKind | (string & {});
  readonly subject: { readonly kind: string; readonly id: string; readonly name: string | null };
  readonly summary: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly state: FindingState;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  readonly resolvedAt: Date | null;
}

/** What a finder reports. One finding is open for a kind and subject at a time. */
export interface NewFinding {
  readonly kind: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly summary: string;
  readonly details?: Readonly<Record<string, unknown>>;
}
