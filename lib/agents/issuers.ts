import { z } from 'zod';
import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { conflict, notFound } from '#lib/core/errors';
import { newId } from '#lib/core/ids';
import { idInput, parseInput, reasonInput } from '#lib/core/input';
import type { Tx } from '#lib/db/client';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import type { IssuerRow } from './model.ts';
import { type IssuerChange, issuerChange, type NewIssuer, newIssuer } from './schema.ts';

/** Issuers whose tokens are accepted, and those that ended. */
export async function listIssuers(context: Context): Promise<readonly IssuerRow[]> {
  requirePermission(context.actor, 'settings.read');
  const issuers = await context.db.issuer.findMany({
    orderBy: { name: 'asc' },
    include: { _count: { select: { agents: { where: { state: { not: 'ended' } } } } } },
  });
  return issuers.map(({ _count, createdAt: _, ...issuer }) => ({ ...issuer, agents: _count.agents }));
}

export async function createIssuer(context: Context, input: NewIssuer): Promise<{ id: string }> {
  requirePermission(context.actor, 'access.change');
  const issuer = parseInput(newIssuer, input);
  return transaction(context.db, async (tx) => {
    const id = await insertIssuer(tx, context, issuer, 'page');
    await notify(tx, { kind: 'access-changed' });
    return { id };
  });
}

export async function insertIssuer(
  tx: Tx,
  { actor, clock }: Context,
  issuer: ReturnType<typeof newIssuer.parse>,
  managedBy: string,
): Promise<string> {
  const now = clock.now();
  const id = newId('issuer', now);
  await tx.issuer.create({
    data: { id, ...issuer, jwksUri: issuer.jwksUri ?? null, managedBy, createdAt: now },
  });
  await appendEntry(tx, {
    actor,
    action: 'issuer.created',
    subject: { kind: 'issuer', id },
    summary: `${actor.name} trusts the issuer ${issuer.name} (${issuer.issuer}) for ${issuer.audience}`,
    payload: { ...issuer },
    at: now,
  });
  return id;
}

export async function changeIssuer(context: Context, input: IssuerChange): Promise<void> {
  requirePermission(context.actor, 'access.change');
  const change = parseInput(issuerChange, input);
  await transaction(context.db, async (tx) => {
    await updateIssuer(tx, context, change);
    await notify(tx, { kind: 'access-changed' });
  });
}

export async function updateIssuer(
  tx: Tx,
  { actor, clock }: Context,
  { issuerId, ...change }: ReturnType<typeof issuerChange.parse>,
): Promise<void> {
  const before = await tx.issuer.findUnique({ where: { id: issuerId } });
  if (before === null) throw notFound('There is no such issuer.');
  const data = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const changed = await tx.issuer.updateMany({ where: { id: issuerId, endedAt: null }, data });
  if (changed.count === 0) throw conflict('The issuer has ended.');
  await appendEntry(tx, {
    actor,
    action: 'issuer.changed',
    subject: { kind: 'issuer', id: issuerId },
    summary: `${actor.name} changed ${Object.keys(data).join(', ')} of the issuer ${before.name}`,
    payload: {
      before: { issuer: before.issuer, audience: before.audience, jwksUri: before.jwksUri },
      change: data,
    },
    at: clock.now(),
  });
}

const ending = z.strictObject({ issuerId: idInput, reason: reasonInput });

/** No longer trusted. Refused while agents that are not ended use it. */
export async function endIssuer(
  context: Context,
  input: { issuerId: string; reason: string },
): Promise<void> {
  requirePermission(context.actor, 'access.change');
  const { issuerId, reason } = parseInput(ending, input);
  await transaction(context.db, async (tx) => {
    await endIssuerIn(tx, context, issuerId, reason);
    await notify(tx, { kind: 'access-changed' });
  });
}

export async function endIssuerIn(
  tx: Tx,
  { actor, clock }: Context,
  issuerId: string,
  reason: string,
): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM issuer WHERE id = ${issuerId} FOR UPDATE`;
  const agents = await tx.agent.count({ where: { issuerId, state: { not: 'ended' } } });
  if (agents > 0) throw conflict(`${agents} agents still use this issuer; end or move them first.`);
  const ended = await tx.issuer.updateManyAndReturn({
    where: { id: issuerId, endedAt: null },
    data: { endedAt: clock.now() },
  });
  if (ended[0] === undefined) throw conflict('The issuer has ended already, or never was.');
  await appendEntry(tx, {
    actor,
    action: 'issuer.ended',
    subject: { kind: 'issuer', id: issuerId },
    summary: `${actor.name} no longer trusts the issuer ${ended[0].name}`,
    payload: { reason },
    at: clock.now(),
  });
}
