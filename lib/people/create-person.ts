import type { Role } from '#lib/auth/actor';
import type { Context } from '#lib/auth/context';
import { requireConsent } from '#lib/auth/require-consent';
import { requirePermission } from '#lib/auth/require-permission';
import { conflict } from '#lib/core/errors';
import { newId } from '#lib/core/ids';
import { parseInput } from '#lib/core/input';
import type { Tx } from '#lib/db/client';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { type NewPerson, newPerson } from './schema.ts';

export type RoleSource = 'declaration' | 'claim' | 'page';

/** Names a person by e-mail: the account is linked at the first sign-in with that verified e-mail. */
export async function createPerson(context: Context, input: NewPerson): Promise<{ id: string }> {
  requirePermission(context.actor, 'access.change');
  requireConsent(context);
  const person = parseInput(newPerson, input);
  return transaction(context.db, async (tx) => ({
    id: await insertPerson(tx, context, { ...person, source: 'page' }),
  }));
}

export interface PersonToInsert {
  readonly name: string;
  readonly email: string;
  readonly roles: readonly Role[];
  readonly groupIds: readonly string[];
  readonly source: RoleSource;
  /** Chosen by the caller when the person is also who acts: the first admin of a first `apply`. */
  readonly id?: string;
}

export async function insertPerson(tx: Tx, context: Context, person: PersonToInsert): Promise<string> {
  const { actor, clock } = context;
  const now = clock.now();
  const taken = await tx.account.findUnique({ where: { email: person.email }, select: { id: true } });
  if (taken) throw conflict(`${person.email} is known already.`);
  const id = person.id ?? newId('person', now);
  await tx.person.create({
    data: {
      id,
      name: person.name,
      managedBy: person.source === 'declaration' ? 'apply' : 'page',
      createdAt: now,
      accounts: { create: { id: newId('account', now), email: person.email, createdAt: now } },
      roles: { create: [...new Set(person.roles)].map((role) => ({ role, source: person.source })) },
      groups: { create: [...new Set(person.groupIds)].map((groupId) => ({ groupId })) },
    },
  });
  await appendEntry(tx, {
    actor,
    action: 'person.created',
    subject: { kind: 'person', id },
    summary: `${actor.name} added ${person.name}${person.roles.length ? ` as ${person.roles.join(', ')}` : ''}`,
    payload: { email: person.email, roles: [...person.roles], groupIds: [...person.groupIds] },
    at: now,
  });
  return id;
}
