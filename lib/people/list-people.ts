import type { Role } from '#lib/auth/actor';
import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import type { GroupRow, PersonRow } from './model.ts';
import { personRef } from './person-ref.ts';

const peopleMax = 5_000;

/** Everybody who is known here, by name. One organisation: bounded, not paged. */
export async function listPeople(context: Context): Promise<readonly PersonRow[]> {
  requirePermission(context.actor, 'settings.read');
  const people = await context.db.person.findMany({
    orderBy: [{ name: 'asc' }, { id: 'asc' }],
    take: peopleMax,
    include: {
      accounts: { orderBy: { createdAt: 'asc' } },
      roles: { orderBy: { role: 'asc' } },
      groups: { include: { group: { select: { id: true, name: true } } } },
      _count: { select: { ownedAgents: { where: { state: { not: 'ended' } } } } },
    },
  });
  return people.map((person) => ({
    id: person.id,
    name: person.name,
    emails: person.accounts.map(({ email }) => email),
    roles: person.roles.map(({ role, source }) => ({
      role: role as Role,
      source: source as 'declaration' | 'claim' | 'page',
    })),
    groups: person.groups.map(({ group }) => group),
    ownedAgents: person._count.ownedAgents,
    lastSignInAt: person.accounts.reduce<Date | null>(
      (last, { lastSignInAt }) => (lastSignInAt && (!last || lastSignInAt > last) ? lastSignInAt : last),
      null,
    ),
    leftAt: person.leftAt,
    managedBy: person.managedBy,
  }));
}

export async function listGroups(context: Context): Promise<readonly GroupRow[]> {
  requirePermission(context.actor, 'settings.read');
  const groups = await context.db.group.findMany({
    orderBy: { name: 'asc' },
    include: {
      persons: { include: { person: { select: { id: true, name: true, leftAt: true } } } },
      agents: { include: { agent: { select: { id: true, name: true } } } },
    },
  });
  return groups.map((group) => ({
    id: group.id,
    name: group.name,
    persons: group.persons.flatMap(({ person }) => personRef(person) ?? []),
    agents: group.agents.map(({ agent }) => agent),
    managedBy: group.managedBy,
  }));
}
