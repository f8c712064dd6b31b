import type { Context } from '#lib/auth/context';
import { relationsFor, requirePermission } from '#lib/auth/require-permission';
import { conflict, forbidden, invalid } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import type { Tx } from '#lib/db/client';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { holidaysInput } from '../schema.ts';
import type { Holiday } from './model.ts';

/** Two that change the list at once would each undo what the other wrote. */
const lockKey = 726_570_003;
const subjectId = 'holidays';

/**
 * Days on which no clock of a review runs, besides Saturdays and Sundays; in their order. For everybody
 * who may be asked in a review: the clocks are theirs.
 */
export async function listHolidays(context: Context): Promise<readonly Holiday[]> {
  if (relationsFor(context.actor, 'campaign.read').size === 0) {
    throw forbidden('The holidays of reviews are for people. Sign in as one.');
  }
  return readHolidays(context.db);
}

/**
 * Replaces the list. Clocks that run keep their due dates, reminders and escalations: a campaign keeps
 * the days of its launch, a removal its date. Those that start afterwards go by it.
 */
export async function setHolidays(
  context: Context,
  input: { readonly holidays: readonly Holiday[] },
): Promise<void> {
  requirePermission(context.actor, 'access.change');
  const { holidays } = parseInput(holidaysInput, input);
  const wanted = new Map(holidays.map((one) => [one.day, one.name]));
  if (wanted.size < holidays.length) throw invalid('A day stands in the list twice.');
  await transaction(context.db, async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${lockKey})`;
    const before = new Map((await readHolidays(tx)).map((one) => [one.day, one.name]));
    const added = holidays.filter((one) => before.get(one.day) !== one.name);
    const removed = [...before.keys()].filter((day) => !wanted.has(day));
    if (added.length + removed.length === 0) throw conflict('The list is the same as before.');
    await tx.holiday.deleteMany({});
    await tx.holiday.createMany({
      data: holidays.map(({ day, name }) => ({ day: new Date(`${day}T00:00:00Z`), name })),
    });
    await appendEntry(tx, {
      actor: context.actor,
      action: 'holiday.changed',
      subject: { kind: 'holidays', id: subjectId },
      summary: `${context.actor.name} changed the holidays: ${added.length} added or renamed, ${removed.length} removed`,
      payload: { added: added.map((one) => ({ ...one })), removed },
      at: context.clock.now(),
    });
  });
}

/** Days like 2026-12-25, for clocks that start now. */
export async function holidaySet(tx: Tx): Promise<ReadonlySet<string>> {
  return new Set((await readHolidays(tx)).map((one) => one.day));
}

async function readHolidays(tx: Tx): Promise<readonly Holiday[]> {
  const rows = await tx.holiday.findMany({ orderBy: { day: 'asc' } });
  return rows.map((row) => ({ day: row.day.toISOString().slice(0, 10), name: row.name }));
}
