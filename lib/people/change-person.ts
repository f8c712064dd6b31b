import type { Context } from '#lib/auth/context';
import { requireConsent } from '#lib/auth/require-consent';
import { requirePermission } from '#lib/auth/require-permission';
import { conflict, forbidden, notFound } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import type { Tx } from '#lib/db/client';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import type { RoleSource } from './create-person.ts';
import { type PersonChange, personChange } from './schema.ts';

/** Changes name, roles, groups, or marks a person as having left: what they own is then ownerless. */
export async function changePerson(context: Context, input: PersonChange): Promise<void> {
  requirePermission(context.actor, 'access.change');
  requireConsent(context);
  const change = parseInput(personChange, input);
  const self = context.actor.kind === 'person' && context.actor.id === change.personId;
  if (self && (change.left === true || (change.roles && !change.roles.includes('admin')))) {
    throw forbidden('You can’t take the admin role from yourself; another admin can.');
  }
  await transaction(context.db, async (tx) => {
    await updatePerson(tx, context, change, 'page');
    await notify(tx, { kind: 'access-changed' });
  });
}

export async function updatePerson(
  tx: Tx,
  context: Context,
  change: ReturnType<typeof personChange.parse>,
  source: RoleSource,
): Promise<void> {
  const { actor, clock } = context;
  const { personId } = change;
  await tx.$queryRaw`SELECT 1 FROM person WHERE id = ${personId} FOR UPDATE`;
  const before = await tx.person.findUnique({
    where: { id: personId },
    include: { roles: true, groups: true },
  });
  if (before === null) throw notFound('There is no such person.');
  const data = {
    ...(change.name === undefined ? {} : { name: change.name }),
    ...(change.left === undefined ? {} : { leftAt: change.left ? clock.now() : null }),
  };
  if (Object.keys(data).length > 0) await tx.person.update({ where: { id: personId }, data });
  if (change.roles) {
    const wanted = new Set<string>(change.roles);
    const held = new Set(before.roles.map(({ role }) => role));
    await tx.personRole.deleteMany({ where: { personId, role: { notIn: [...wanted] } } });
    const added = [...wanted].filter((role) => !held.has(role));
    await tx.personRole.createMany({ data: added.map((role) => ({ personId, role, source })) });
  }
  if (change.groupIds) {
    await tx.groupPerson.deleteMany({ where: { personId, groupId: { notIn: change.groupIds } } });
    await tx.groupPerson.createMany({
      data: [...new Set(change.groupIds)].map((groupId) => ({ personId, groupId })),
      skipDuplicates: true,
    });
  }
  await requireAnAdmin(tx);
  const { personId: _, ...changed } = change;
  await appendEntry(tx, {
    actor,
    action: 'person.changed',
    subject: { kind: 'person', id: personId },
    summary: `${actor.name} changed ${Object.keys(changed).join(', ')} of ${before.name}`,
    payload: {
      before: {
        name: before.name,
        roles: before.roles.map(({ role }) => role),
        groupIds: before.groups.map(({ groupId }) => groupId),
        left: before.leftAt !== null,
      },
      change: changed,
    },
    at: clock.now(),
  });
}

/** Locked in one order: two admins can't remove each other at the same time. */
async function requireAnAdmin(tx: Tx): Promise<void> {
  const admins = await tx.$queryRaw<{ id: string }[]>`
    SELECT p.id FROM person p JOIN person_role r ON r.person_id = p.id
    WHERE r.role = 'admin' AND p.left_at IS NULL ORDER BY p.id FOR UPDATE OF r`;
  if (admins.length === 0) throw conflict('Somebody must stay admin. Give the role to another person first.');
}
