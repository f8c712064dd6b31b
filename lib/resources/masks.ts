import type { Context } from '#lib/auth/context';
import { requireConsent } from '#lib/auth/require-consent';
import { requirePermission } from '#lib/auth/require-permission';
import { conflict, invalid, notFound } from '#lib/core/errors';
import { newId } from '#lib/core/ids';
import { parseInput } from '#lib/core/input';
import type { Tx } from '#lib/db/client';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import type { MaskKind, MaskSpec } from '#lib/masking/model';
import { maskOptions, optionFaults, saidOptions } from '#lib/masking/schema';
import { type MaskChange, type MaskEnd, maskChange, maskEnd, type NewMask, newMask } from './schema.ts';

/** Hides a column from every agent, from the next statement on. */
export async function createMask(context: Context, input: NewMask): Promise<{ id: string }> {
  requirePermission(context.actor, 'access.change');
  const mask = parseInput(newMask, input);
  return transaction(context.db, async (tx) => {
    const id = await insertMask(tx, context, mask, 'page');
    await notify(tx, { kind: 'access-changed' });
    return { id };
  });
}

export async function insertMask(
  tx: Tx,
  { actor, clock }: Context,
  mask: ReturnType<typeof newMask.parse>,
  managedBy: string,
): Promise<string> {
  const now = clock.now();
  const resource = await tx.resource.findUnique({ where: { id: mask.resourceId }, select: { name: true } });
  if (resource === null) throw notFound('There is no such resource.');
  const twin = await tx.mask.count({
    where: { resourceId: mask.resourceId, column: mask.column, endedAt: null },
  });
  if (twin > 0) throw conflict(`${mask.column} is masked already; change that mask.`);
  const id = newId('mask', now);
  const options = saidOptions(mask.options);
  await tx.mask.create({
    data: { id, ...mask, options, reason: mask.reason || null, managedBy, createdAt: now },
  });
  await appendEntry(tx, {
    actor,
    action: 'mask.created',
    subject: { kind: 'mask', id },
    summary: `${actor.name} masked ${mask.column} of ${resource.name} (${mask.kind})`,
    payload: { ...mask, options },
    at: now,
  });
  return id;
}

export async function changeMask(context: Context, input: MaskChange): Promise<void> {
  requirePermission(context.actor, 'access.change');
  requireConsent(context);
  const change = parseInput(maskChange, input);
  await transaction(context.db, async (tx) => {
    await updateMask(tx, context, change);
    await notify(tx, { kind: 'access-changed' });
  });
}

export async function updateMask(
  tx: Tx,
  { actor, clock }: Context,
  { maskId, options, ...change }: ReturnType<typeof maskChange.parse>,
): Promise<void> {
  const before = await tx.mask.findUnique({ where: { id: maskId } });
  if (before === null) throw notFound('There is no such mask.');
  const said = { ...change, options: options && saidOptions(options) };
  const data = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  refuseOptions({ ...before, ...data } as typeof before);
  const changed = await tx.mask.updateMany({ where: { id: maskId, endedAt: null }, data });
  if (changed.count === 0) throw conflict('The mask has ended.');
  await appendEntry(tx, {
    actor,
    action: 'mask.changed',
    subject: { kind: 'mask', id: maskId },
    summary: `${actor.name} changed how ${before.column} is masked`,
    payload: { before: { kind: before.kind, lookup: before.lookup, options: before.options }, change: data },
    at: clock.now(),
  });
}

/** A mask of another kind or lookup must not keep options that say nothing with it. */
function refuseOptions(mask: { kind: string; lookup: string; options: unknown }): void {
  const options = maskOptions.parse(mask.options);
  const faults = optionFaults(options, mask.kind as MaskKind, mask.lookup as MaskSpec['lookup']);
  if (faults.length === 0) return;
  const details = faults.map(({ name, message }) => ({ at: `options.${name}`, message }));
  throw invalid('The options do not fit the mask. Leave them out or change them too.', details);
}

/** Shows the column again. */
export async function endMask(context: Context, input: MaskEnd): Promise<void> {
  requirePermission(context.actor, 'access.change');
  requireConsent(context);
  const { maskId, reason } = parseInput(maskEnd, input);
  await transaction(context.db, async (tx) => {
    await endMaskIn(tx, context, maskId, reason);
    await notify(tx, { kind: 'access-changed' });
  });
}

export async function endMaskIn(
  tx: Tx,
  { actor, clock }: Context,
  maskId: string,
  reason: string,
): Promise<void> {
  const [ended] = await tx.mask.updateManyAndReturn({
    where: { id: maskId, endedAt: null },
    data: { endedAt: clock.now() },
  });
  if (ended === undefined) throw conflict('The mask has ended already, or never was.');
  await appendEntry(tx, {
    actor,
    action: 'mask.ended',
    subject: { kind: 'mask', id: maskId },
    summary: `${actor.name} ended the mask of ${ended.column}`,
    payload: { reason, kind: ended.kind, resourceId: ended.resourceId },
    at: clock.now(),
  });
}
