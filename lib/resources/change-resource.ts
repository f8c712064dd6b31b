import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { changesOf } from '#lib/core/changes';
import { conflict, invalid, notFound } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import { type SealingKey, unseal } from '#lib/core/sealing';
import type { Tx } from '#lib/db/client';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { revokeAllIn } from '#lib/grants/index';
import { appendEntry } from '#lib/ledger/append';
import { requireClientCertificate } from './client-certificate.ts';
import { requirePerson, sealCredential, sealTlsKey } from './create-resource.ts';
import type { TlsMode } from './model.ts';
import { type ResourceChange, type ResourceEnd, resourceChange, resourceEnd } from './schema.ts';

/** Changes where it is and how it is reached; name and kind stay. */
export async function changeResource(
  context: Context,
  input: ResourceChange,
  key: SealingKey | null,
): Promise<void> {
  requirePermission(context.actor, 'access.change');
  const change = parseInput(resourceChange, input);
  await transaction(context.db, async (tx) => {
    await requirePasswordAnew(tx, change);
    await updateResource(tx, context, change, key);
    await notify(tx, { kind: 'access-changed' });
  });
}

const tlsRank: Readonly<Record<TlsMode, number>> = { disable: 0, require: 1, 'verify-full': 2 };

/**
 * A sealed password goes only where it was typed for: else whoever moves the target to a server of
 * their own would be told it at the next login.
 */
async function requirePasswordAnew(tx: Tx, change: ReturnType<typeof resourceChange.parse>): Promise<void> {
  if (change.password !== undefined) return;
  await tx.$queryRaw`SELECT 1 FROM resource WHERE id = ${change.resourceId} FOR NO KEY UPDATE`;
  const before = await tx.resource.findUnique({ where: { id: change.resourceId } });
  if (before === null || before.credentialSealed === null) return;
  const { host, port, caCertificate, tls } = changesOf(change, before);
  const moved = host !== undefined || port !== undefined || caCertificate !== undefined;
  if (!moved && (tls === undefined || tlsRank[tls] > tlsRank[before.tls as TlsMode])) return;
  throw invalid('Type the password again: where it goes, or how the server proves itself, changes.');
}

export async function updateResource(
  tx: Tx,
  { actor, clock }: Context,
  input: ReturnType<typeof resourceChange.parse>,
  key: SealingKey | null,
): Promise<void> {
  const { resourceId, password, tlsKey, approverGroupIds, ...terms } = input;
  await tx.$queryRaw`SELECT 1 FROM resource WHERE id = ${resourceId} FOR NO KEY UPDATE`;
  const before = await tx.resource.findUnique({
    where: { id: resourceId },
    omit: { credentialSealed: true, tlsKeySealed: true },
    include: { approverGroups: true },
  });
  if (before === null) throw notFound('There is no such resource.');
  if (before.endedAt !== null) throw conflict(`${before.name} has ended and can't be changed.`);
  await requirePerson(tx, terms.ownerId);
  const data = changesOf(terms, before);
  if (data.tlsCertificate !== undefined || tlsKey !== undefined) {
    const certificate = data.tlsCertificate === undefined ? before.tlsCertificate : data.tlsCertificate;
    const own = tlsKey === undefined ? await keptTlsKey(tx, resourceId, key) : tlsKey;
    requireClientCertificate(certificate, own);
  }
  const groupsBefore = before.approverGroups.map(({ groupId }) => groupId);
  const newGroups = otherGroups(approverGroupIds, groupsBefore);
  const credential =
    password === undefined
      ? {}
      : { credentialSealed: password === null ? null : sealCredential(key, resourceId, password) };
  const certificateKey =
    tlsKey === undefined
      ? {}
      : { tlsKeySealed: tlsKey === null ? null : sealTlsKey(key, resourceId, tlsKey) };
  await tx.resource.update({
    where: { id: resourceId },
    data: { ...data, ...credential, ...certificateKey },
  });
  if (newGroups) {
    await tx.resourceGroup.deleteMany({ where: { resourceId, groupId: { notIn: [...newGroups] } } });
    await tx.resourceGroup.createMany({
      data: [...newGroups].map((groupId) => ({ resourceId, groupId })),
      skipDuplicates: true,
    });
  }
  const { approverGroups: _, createdAt: __, endedAt: ___, ...was } = before;
  const changed = [
    ...Object.keys(data),
    ...(password === undefined ? [] : ['credential']),
    ...(tlsKey === undefined ? [] : ['certificate key']),
    ...(newGroups ? ['approver groups'] : []),
  ];
  if (changed.length === 0) return;
  await appendEntry(tx, {
    actor,
    action: 'resource.changed',
    subject: { kind: 'resource', id: resourceId },
    summary: `${actor.name} changed ${changed.join(', ')} of the resource ${before.name}`,
    payload: {
      before: { ...was, approverGroupIds: groupsBefore },
      change: { ...data, ...(newGroups ? { approverGroupIds: [...newGroups] } : {}) },
      credential: changeOf(password),
      certificateKey: changeOf(tlsKey),
    },
    at: clock.now(),
  });
}

/** The key that stays; undefined: there is none, or it can't be opened here. */
async function keptTlsKey(tx: Tx, resourceId: string, key: SealingKey | null): Promise<string | undefined> {
  const kept = await tx.resource.findUnique({ where: { id: resourceId }, select: { tlsKeySealed: true } });
  if (key === null || !kept?.tlsKeySealed) return undefined;
  return unseal(key, kept.tlsKeySealed, `resource-tls:${resourceId}`).toString('utf8');
}

function changeOf(secret: string | null | undefined): 'unchanged' | 'removed' | 'replaced' {
  return secret === undefined ? 'unchanged' : secret === null ? 'removed' : 'replaced';
}

/** The groups that are wanted, each once; null: nothing is said of them, or they are as before. */
function otherGroups(
  wanted: readonly string[] | undefined,
  before: readonly string[],
): ReadonlySet<string> | null {
  if (wanted === undefined) return null;
  const groups = new Set(wanted);
  return groups.size === before.length && before.every((id) => groups.has(id)) ? null : groups;
}

/** No longer a target: its grants are revoked, live sessions cut. */
export async function endResource(
  context: Context,
  input: ResourceEnd,
): Promise<{ cutIds: readonly string[] }> {
  requirePermission(context.actor, 'access.change');
  const { resourceId, reason } = parseInput(resourceEnd, input);
  return transaction(context.db, async (tx) => {
    const cutIds = await endResourceIn(tx, context, resourceId, reason);
    await notify(tx, { kind: 'access-changed' });
    return { cutIds };
  });
}

export async function endResourceIn(
  tx: Tx,
  context: Context,
  resourceId: string,
  reason: string,
): Promise<readonly string[]> {
  const now = context.clock.now();
  const [ended] = await tx.resource.updateManyAndReturn({
    where: { id: resourceId, endedAt: null },
    data: { endedAt: now, credentialSealed: null, tlsKeySealed: null },
    select: { name: true },
  });
  if (ended === undefined) throw conflict('The resource has ended already, or never was.');
  const grants = await tx.grant.findMany({
    where: { resourceId, state: 'active', source: 'countersign' },
    select: { id: true },
  });
  const ids = grants.map(({ id }) => id);
  const { cutId } = await revokeAllIn(tx, context, ids, `the resource ended: ${reason}`);
  await appendEntry(tx, {
    actor: context.actor,
    action: 'resource.ended',
    subject: { kind: 'resource', id: resourceId },
    summary: `${context.actor.name} ended the resource ${ended.name}`,
    payload: { reason, grants: grants.length },
    at: now,
  });
  return cutId === null ? [] : [cutId];
}
