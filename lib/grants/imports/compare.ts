import type { ReadGrant } from './model.ts';

/** An imported grant as it stands here. */
export interface StandingGrant {
  readonly id: string;
  readonly externalId: string;
  readonly agentId: string;
  readonly resourceId: string;
  readonly actions: readonly string[];
  readonly scope: readonly string[];
  readonly endsAt: Date | null;
}

/** A read grant whose agent and resource are known here. */
export interface PlacedGrant extends ReadGrant {
  readonly agentId: string;
  readonly resourceId: string;
}

export interface Comparison {
  readonly added: readonly PlacedGrant[];
  readonly changed: readonly { readonly old: StandingGrant; readonly read: PlacedGrant }[];
  readonly ended: readonly StandingGrant[];
  readonly unchanged: number;
}

/** What a reading changes of what stands. Pure. */
export function compare(standing: readonly StandingGrant[], read: readonly PlacedGrant[]): Comparison {
  const known = new Map(standing.map((one) => [one.externalId, one]));
  const there = new Set(read.map((one) => one.externalId));
  const changed: { old: StandingGrant; read: PlacedGrant }[] = [];
  let unchanged = 0;
  for (const one of read) {
    const old = known.get(one.externalId);
    if (!old) continue;
    if (termsKey(old) === termsKey(one)) unchanged += 1;
    else changed.push({ old, read: one });
  }
  return {
    added: read.filter((one) => !known.has(one.externalId)),
    changed,
    ended: standing.filter((one) => !there.has(one.externalId)),
    unchanged,
  };
}

function termsKey(grant: StandingGrant | PlacedGrant): string {
  return JSON.stringify([
    grant.agentId,
    grant.resourceId,
    [...new Set(grant.actions)].sort(),
    [...new Set(grant.scope)].sort(),
    grant.endsAt?.getTime() ?? null,
  ]);
}
