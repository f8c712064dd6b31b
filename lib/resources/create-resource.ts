import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { CountersignError, conflict, invalid, notFound } from '#lib/core/errors';
import { newId } from '#lib/core/ids';
import { parseInput } from '#lib/core/input';
import { type SealingKey, seal } from '#lib/core/sealing';
import type { Tx } from '#lib/db/client';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { requireClientCertificate } from './client-certificate.ts';
import { type NewResource, newResource } from './schema.ts';

/** Makes a target known. Its password is sealed and can't be read back by anybody. */
export async function createResource(
  context: Context,
  input: NewResource,
  key: SealingKey | null,
): Promise<{ id: string }> {
  requirePermission(context.actor, 'access.change');
  const resource = parseInput(newResource, input);
  return transaction(context.db, async (tx) => {
    const id = await insertResource(tx, context, resource, key, 'page');
    await notify(tx, { kind: 'access-changed' });
    return { id };
  });
}

export async function insertResource(
  tx: Tx,
  { actor, clock }: Context,
  resource: ReturnType<typeof newResource.parse>,
  key: SealingKey | null,
  managedBy: string,
): Promise<string> {
  const now = clock.now();
  const { password, tlsKey, approverGroupIds = [], ...terms } = resource;
  if (terms.kind === 'postgres' && !terms.database) {
    throw invalid('A Postgres resource needs the name of its database.', [
      { at: 'database', message: 'is missing' },
    ]);
  }
  requireClientCertificate(terms.tlsCertificate, tlsKey);
  await requirePerson(tx, terms.ownerId);
  if ((await tx.resource.count({ where: { name: terms.name } })) > 0) {
    throw conflict(`There is a resource ${terms.name} already; an ended one keeps its name.`);
  }
  const id = newId('resource', now);
  await tx.resource.create({
    data: {
      id,
      name: terms.name,
      kind: terms.kind,
      environment: terms.environment,
      host: terms.host,
      port: terms.port,
      database: terms.database ?? null,
      username: terms.username ?? null,
      credentialSealed: password ? sealCredential(key, id, password) : null,
      tls: terms.tls,
      caCertificate: terms.caCertificate ?? null,
      tlsCertificate: terms.tlsCertificate ?? null,
      tlsKeySealed: tlsKey ? sealTlsKey(key, id, tlsKey) : null,
      settings: { ...terms.settings },
      durability: terms.durability,
      ownerId: terms.ownerId ?? null,
      managedBy,
      createdAt: now,
      approverGroups: { create: [...new Set(approverGroupIds)].map((groupId) => ({ groupId })) },
    },
  });
  await appendEntry(tx, {
    actor,
    action: 'resource.created',
    subject: { kind: 'resource', id },
    summary: `${actor.name} added the ${terms.kind} resource ${terms.name} (${terms.environment})`,
    payload: { ...terms, approverGroupIds, hasCredential: Boolean(password), hasTlsKey: Boolean(tlsKey) },
    at: now,
  });
  return id;
}

export function sealCredential(key: SealingKey | null, resourceId: string, password: string) {
  return sealText(key, password, `resource:${resourceId}`);
}

/** The private key of a resource's own certificate, sealed for another purpose than its password. */
export function sealTlsKey(key: SealingKey | null, resourceId: string, tlsKey: string) {
  return sealText(key, tlsKey, `resource-tls:${resourceId}`);
}

function sealText(key: SealingKey | null, text: string, purpose: string) {
  if (key === null) {
    throw new CountersignError(
      'unavailable',
      'No sealing key is set, so a password can’t be kept. Set COUNTERSIGN_KEY_FILE.',
    );
  }
  return seal(key, Buffer.from(text, 'utf8'), purpose);
}

export async function requirePerson(tx: Tx, personId: string | null | undefined): Promise<void> {
  if (!personId) return;
  const person = await tx.person.findUnique({
    where: { id: personId },
    select: { name: true, leftAt: true },
  });
  if (person === null) throw notFound('There is no such person to own the resource.');
  if (person.leftAt !== null) throw invalid(`${person.name} has left and can own nothing.`);
}
