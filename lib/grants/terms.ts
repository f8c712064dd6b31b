import type { Json } from '#lib/core/canonical-json';

interface Terms {
  readonly agentId: string;
  readonly resourceId: string;
  readonly actions: readonly string[];
  readonly scope: readonly string[];
  readonly reason: string;
  readonly startsAt: Date;
  readonly endsAt: Date | null;
}

/** A grant as the ledger keeps it. */
export function termsOf(grant: Terms): Record<string, Json> {
  return {
    agentId: grant.agentId,
    resourceId: grant.resourceId,
    actions: [...grant.actions],
    scope: [...grant.scope],
    reason: grant.reason,
    startsAt: grant.startsAt.toISOString(),
    endsAt: grant.endsAt?.toISOString() ?? null,
  };
}
