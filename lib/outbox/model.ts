export const channels = ['webhook', 'teams', 'email'] as const;
export type Channel = (typeof channels)[number];

/** What can be heard of: ledger actions of these names, and what sessions and statements do. */
export const outboxEvents = [
  'approval.requested',
  'approval.approved',
  'approval.denied',
  'approval.expired',
  'approval.escalated',
  'approval.broke-glass',
  'access-request.filed',
  'access-request.decided',
  'grant.created',
  'grant.revoked',
  'agent.suspended',
  'finding.opened',
  'campaign.reminded',
  'campaign.escalated',
  'campaign.signed',
  'session.closed',
  'statement.denied',
  'statement.held',
] as const;
export type OutboxEvent = (typeof outboxEvents)[number];

export const subscriptionStates = ['active', 'paused', 'ended'] as const;

export interface SubscriptionRow {
  readonly id: string;
  readonly name: string;
  readonly channel: Channel;
  /** A host, or addresses; never a path or a secret. */
  readonly destination: string;
  readonly events: readonly string[];
  readonly privateNetwork: boolean;
  readonly state: (typeof subscriptionStates)[number];
  readonly createdAt: Date;
  readonly deliveredAt: Date | null;
  readonly lastError: string | null;
  readonly waiting: number;
  readonly dead: number;
}

export interface MessageRow {
  readonly id: string;
  readonly subscription: { readonly id: string; readonly name: string };
  readonly event: string;
  readonly state: 'waiting' | 'delivered' | 'dead';
  readonly attempts: number;
  readonly createdAt: Date;
  readonly nextAttemptAt: Date | null;
  readonly deliveredAt: Date | null;
  readonly lastError: string | null;
}

/** Where a message goes, as it is sealed. */
export type Settings =
  | { readonly channel: 'webhook'; readonly url: string; readonly secret: string }
  | { readonly channel: 'teams'; readonly url: string }
  | {
      readonly channel: 'email';
      readonly server: string;
      readonly from: string;
      readonly to: readonly string[];
    };
