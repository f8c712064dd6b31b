import { type PersonActor, type Role, roles } from '#lib/auth/actor';
import type { Context } from '#lib/auth/context';
import type { Tx } from '#lib/db/client';

/** The person as an actor with today's roles and groups; null: unknown, or has left. */
export async function personActor(
  context: Pick<Context, 'db'> | { readonly db: Tx },
  personId: string,
): Promise<PersonActor | null> {
  const person = await context.db.person.findUnique({
    where: { id: personId },
    include: {
      roles: true,
      groups: true,
      accounts: {
        orderBy: [{ lastSignInAt: { sort: 'desc', nulls: 'last' } }, { createdAt: 'asc' }],
        take: 1,
      },
    },
  });
  if (person === null || person.leftAt !== null) return null;
  return {
    kind: 'person',
    id: person.id,
    name: person.name,
    email: person.accounts[0]?.email ?? '',
    roles: person.roles.map(({ role }) => role).filter(isRole),
    groupIds: person.groups.map(({ groupId }) => groupId),
  };
}

export function isRole(value: unknown): value is Role {
  return roles.some((role) => role === value);
}
