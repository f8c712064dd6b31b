import type { Duty, GrantSnapshot, Named, PersonSnapshot, PreviewConflict } from './model.ts';
import { involvedInGrant, isPrivileged } from './rules.ts';

export interface RoutingPeople {
  /** Members of the security group, in a fixed order. */
  readonly security: readonly PersonSnapshot[];
  readonly fallback: PersonSnapshot | null;
}

export interface Assignment {
  readonly person: Named;
  readonly duty: Duty;
}

export interface Routed {
  readonly assignments: readonly Assignment[];
  readonly conflicts: readonly Pick<PreviewConflict, 'kind' | 'message'>[];
}

/**
 * Who reviews a grant. First the resource's technical owner, else the fallback; then, for privileged
 * grants and where the first approved statements under it, a second person. Nobody who is involved in
 * the grant, left, or has the other duty is ever chosen. `load` spreads the security group's work.
 */
export function routeGrant(
  grant: Pick<GrantSnapshot, 'agent' | 'createdBy' | 'requestedBy' | 'resource' | 'actions'>,
  approverIds: ReadonlySet<string>,
  people: RoutingPeople,
  load: Map<string, number>,
): Routed {
  const involved = new Set(involvedInGrant(grant).map(({ person }) => person.id));
  const free = (person: PersonSnapshot | null): person is PersonSnapshot =>
    person !== null && !person.left && !involved.has(person.id);
  const conflicts: Pick<PreviewConflict, 'kind' | 'message'>[] = ownerConflicts(grant);
  const assignments: Assignment[] = [];
  const technical = grant.resource.owner;
  const first: Assignment | null = free(technical)
    ? { person: technical, duty: 'technical' }
    : free(people.fallback)
      ? { person: people.fallback, duty: 'fallback' }
      : null;
  if (first) assignments.push(first);
  else conflicts.push({ kind: 'no-reviewer', message: whyNobody(grant, people.fallback, involved) });

  const privileged = isPrivileged(grant.actions, grant.resource.environment);
  const needsSecond = privileged || (first !== null && approverIds.has(first.person.id));
  if (needsSecond) {
    const candidates = people.security.filter((one) => free(one) && one.id !== first?.person.id);
    const second = leastLoaded(candidates, load);
    if (second) assignments.push({ person: second, duty: 'security' });
    else {
      conflicts.push({
        kind: 'no-security-reviewer',
        message: privileged
          ? 'A privileged grant needs a second reviewer, and nobody in the security group is independent of it.'
          : `${first?.person.name} approved statements under it and can't be its only reviewer; nobody else is independent.`,
      });
    }
  }
  for (const { person } of assignments) load.set(person.id, (load.get(person.id) ?? 0) + 1);
  return { assignments, conflicts };
}

function ownerConflicts(grant: Pick<GrantSnapshot, 'agent'>): Pick<PreviewConflict, 'kind' | 'message'>[] {
  const { owner, name } = grant.agent;
  if (owner === null) return [{ kind: 'agent-without-owner', message: `${name} has no owner: give it one.` }];
  if (!owner.left) return [];
  return [{ kind: 'owner-left', message: `${owner.name}, who owned ${name}, left: give it another owner.` }];
}

function whyNobody(
  grant: Pick<GrantSnapshot, 'resource'>,
  fallback: PersonSnapshot | null,
  involved: ReadonlySet<string>,
): string {
  const { owner, name } = grant.resource;
  const technical = owner
    ? `${owner.name} ${owner.left ? 'left' : 'is involved in the grant'}`
    : `${name} has no technical owner`;
  if (fallback === null) return `${technical}, and no fallback reviewer is set.`;
  const why = involved.has(fallback.id) ? 'is involved in the grant too' : 'left';
  return `${technical}, and the fallback reviewer ${fallback.name} ${why}.`;
}

function leastLoaded(
  people: readonly PersonSnapshot[],
  load: ReadonlyMap<string, number>,
): PersonSnapshot | null {
  let best: PersonSnapshot | null = null;
  for (const person of people) {
    if (best === null || (load.get(person.id) ?? 0) < (load.get(best.id) ?? 0)) best = person;
  }
  return best;
}
