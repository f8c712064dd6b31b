import type { AccessRequest, FreezeTerms, PolicyAgent, PolicyResource } from './model.ts';

/** The freeze that stands over this agent and resource now, or null. */
export function activeFreeze(
  freezes: readonly FreezeTerms[],
  agent: PolicyAgent,
  resource: PolicyResource,
  now: Date,
): FreezeTerms | null {
  return (
    freezes.find(
      (freeze) =>
        freeze.environment === resource.environment &&
        freeze.startsAt.getTime() <= now.getTime() &&
        freeze.endsAt.getTime() > now.getTime() &&
        !freeze.exceptions.includes(agent.name),
    ) ?? null
  );
}

/** Freezes leave reads alone, and the harmless functions that reads call. */
export function runsInFreeze(request: AccessRequest, isHarmlessCall: boolean): boolean {
  return request.action === 'read' || isHarmlessCall;
}

/** The next moment at which one of these freezes begins or ends, or null. */
export function nextFreezeChange(
  freezes: readonly FreezeTerms[],
  resource: PolicyResource,
  now: Date,
): Date | null {
  let next: Date | null = null;
  for (const freeze of freezes) {
    if (freeze.environment !== resource.environment) continue;
    for (const at of [freeze.startsAt, freeze.endsAt]) {
      if (at.getTime() > now.getTime() && (!next || at.getTime() < next.getTime())) next = at;
    }
  }
  return next;
}
