import type { Context } from '#lib/auth/context';
import { requirePerson } from '#lib/auth/require-kind';
import { may } from '#lib/auth/require-permission';
import { forbidden } from '#lib/core/errors';
import type { Named } from './model.ts';

const shownMax = 500;

/** Whom this approver may let answer while away: everybody else who answers, and is here. */
export async function possibleDelegates(context: Context): Promise<readonly Named[]> {
  const person = requirePerson(context.actor);
  if (!may(person, 'approval.decide', { groups: true })) throw forbidden('Only approvers hand approvals on.');
  return context.db.person.findMany({
    where: {
      id: { not: person.id },
      leftAt: null,
      roles: { some: { role: { in: ['approver', 'admin'] } } },
    },
    select: { id: true, name: true },
    orderBy: [{ name: 'asc' }, { id: 'asc' }],
    take: shownMax,
  });
}
