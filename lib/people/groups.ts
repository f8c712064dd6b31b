import type { Context } from '#lib/auth/context';
import { requireConsent } from '#lib/auth/require-consent';
import { requirePermission } from '#lib/auth/require-permission';
import { notFound } from '#lib/core/errors';
import { newId } from '#lib/core/ids';
import { parseInput } from '#lib/core/input';
import type { Tx } from '#lib/db/client';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { type GroupChange, groupChange, type NewGroup, newGroup } from './schema.ts';

/** A group: persons who may answer, or agents that rules name. */
export async function createGroup(context: Context, input: NewGroup): Promise<{ id: string }> {
  requirePermission(context.actor, 'access.change');
  const { name } = parseInput(newGroup, input);
  return transaction(context.db, async (tx) => ({ id: await insertGroup(tx, context, name, 'page') }));
}

export async function insertGroup(
  tx: Tx,
  { actor, clock }: Context,
  name: string,
  managedBy: string,
): Promise<string> {
  const id = newId('group', clock.now());
  await tx.group.create({ data: { id, name, managedBy, createdAt: clock.now() } });
  await appendEntry(tx, {
    actor,
    action: 'group.created',
    subject: { kind: 'group', id },
    summary: `${actor.name} created the group ${name}`,
    at: clock.now(),
  });
  return id;
}

/** Sets who is in it: the lists given are the whole membership. */
export async function changeGroup(context: Context, input: GroupChange): Promise<void> {
  requirePermission(context.actor, 'access.change');
  requireConsent(context);
  const change = parseInput(groupChange, input);
  await transaction(context.db, async (tx) => {
    await updateGroup(tx, context, change);
    await notify(tx, { kind: 'access-changed' });
  });
}

export async function updateGroup(
  tx: Tx,
  { actor, clock }: Context,
  { groupId, personIds, agentIds }: ReturnType<typeof groupChange.parse>,
): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM principal_group WHERE id = ${groupId} FOR UPDATE`;
  const before = await tx.group.findUnique({
    where: { id: groupId },
    include: { persons: true, agents: true },
  });
  if (before === null) throw notFound('There is no such group.');
  if (personIds) {
    await tx.groupPerson.deleteMany({ where: { groupId, personId: { notIn: personIds } } });
    await tx.groupPerson.createMany({
      data: [...new Set(personIds)].map((personId) => ({ groupId, personId })),
      skipDuplicates: true,
    });
  }
  if (agentIds) {
    await tx.groupAgent.deleteMany({ where: { groupId, agentId: { notIn: agentIds } } });
    await tx.groupAgent.createMany({
      data: [...new Set(agentIds)].map((agentId) => ({ groupId, agentId })),
      skipDuplicates: true,
    });
  }
  await appendEntry(tx, {
    actor,
    action: 'group.changed',
    subject: { kind: 'group', id: groupId },
    summary: `${actor.name} changed who is in the group ${before.name}`,
    payload: {
      before: {
        personIds: before.persons.map(({ personId }) => personId),
        agentIds: before.agents.map(({ agentId }) => agentId),
      },
      change: { personIds, agentIds },
    },
    at: clock.now(),
  });
}
