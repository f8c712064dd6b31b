import type { Context } from '#lib/auth/context';
import { requirePerson } from '#lib/auth/require-kind';
import { may } from '#lib/auth/require-permission';
import { conflict, forbidden, invalid, notFound } from '#lib/core/errors';
import { newId } from '#lib/core/ids';
import { parseInput } from '#lib/core/input';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import type { AbsenceView } from './model.ts';
import { absenceSchema, endAbsenceSchema } from './schema.ts';

const absenceMsMax = 60 * 24 * 60 * 60 * 1000;

/**
 * While this person is away another approver stands in their groups, in their own name: independence
 * is the delegate's own, an answer counts once, and what was handed on can't be handed on.
 */
export async function delegateApprovals(
  context: Context,
  input: { readonly toPersonId: string; readonly from: Date; readonly until: Date; readonly reason: string },
): Promise<{ id: string }> {
  const person = requirePerson(context.actor);
  const { toPersonId, from, until, reason } = parseInput(absenceSchema, input);
  if (!may(person, 'approval.decide', { groups: true })) throw forbidden('Only approvers hand approvals on.');
  const now = context.clock.now();
  if (until <= now) throw invalid('It ends in the future.');
  if (until.getTime() - from.getTime() > absenceMsMax)
    throw invalid('At most 60 days; longer is a change of groups.');
  if (toPersonId === person.id) throw invalid('Choose somebody else.');
  return transaction(context.db, async (tx) => {
    const to = await tx.person.findUnique({ where: { id: toPersonId }, include: { roles: true } });
    const fit = to && !to.leftAt && to.roles.some(({ role }) => role === 'approver' || role === 'admin');
    if (!fit) throw conflict('That person is no approver, or left: choose another.');
    const id = newId('absence', now);
    await tx.absence.create({
      data: {
        id,
        personId: person.id,
        delegateId: toPersonId,
        fromAt: from,
        untilAt: until,
        reason,
        createdAt: now,
      },
    });
    await appendEntry(tx, {
      actor: context.actor,
      action: 'approval.delegated',
      subject: { kind: 'person', id: person.id },
      summary: `${person.name} lets ${to.name} approve from ${day(from)} to ${day(until)}`,
      payload: {
        absenceId: id,
        to: toPersonId,
        from: from.toISOString(),
        until: until.toISOString(),
        reason,
      },
      at: now,
    });
    await notify(tx, { kind: 'access-changed' });
    return { id };
  });
}

/** The person is back, or an admin ends it. */
export async function endDelegation(context: Context, input: { readonly absenceId: string }): Promise<void> {
  const person = requirePerson(context.actor);
  const { absenceId } = parseInput(endAbsenceSchema, input);
  const now = context.clock.now();
  await transaction(context.db, async (tx) => {
    const absence = await tx.absence.findUnique({ where: { id: absenceId } });
    const mine = absence?.personId === person.id || may(person, 'access.change');
    if (!absence || !mine) throw notFound('There is no such delegation of yours.');
    const { count } = await tx.absence.updateMany({
      where: { id: absenceId, endedAt: null },
      data: { endedAt: now },
    });
    if (count === 0) throw conflict('It was ended already.');
    await appendEntry(tx, {
      actor: context.actor,
      action: 'approval.delegation-ended',
      subject: { kind: 'person', id: absence.personId },
      summary: `${person.name} ended a delegation of approvals`,
      payload: { absenceId, to: absence.delegateId },
      at: now,
    });
    await notify(tx, { kind: 'access-changed' });
  });
}

/** Delegations that stand or are to come: all for admins and auditors, else those of or to the person. */
export async function absencesOf(context: Context): Promise<readonly AbsenceView[]> {
  const person = requirePerson(context.actor);
  const now = context.clock.now();
  const all = may(person, 'settings.read');
  const found = await context.db.absence.findMany({
    where: {
      endedAt: null,
      untilAt: { gt: now },
      ...(all ? {} : { OR: [{ personId: person.id }, { delegateId: person.id }] }),
    },
    orderBy: [{ fromAt: 'asc' }, { id: 'asc' }],
    include: {
      person: { select: { id: true, name: true } },
      delegate: { select: { id: true, name: true } },
    },
  });
  return found.map((one) => ({
    id: one.id,
    person: one.person,
    delegate: one.delegate,
    from: one.fromAt,
    until: one.untilAt,
    reason: one.reason,
    active: one.fromAt <= now,
  }));
}

function day(at: Date): string {
  return at.toISOString().slice(0, 10);
}
