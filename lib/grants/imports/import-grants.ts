import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { digestOf } from '#lib/core/canonical-json';
import { conflict, invalid } from '#lib/core/errors';
import { newId } from '#lib/core/ids';
import { parseInput } from '#lib/core/input';
import type { Tx } from '#lib/db/client';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { type Comparison, compare, type PlacedGrant, type StandingGrant } from './compare.ts';
import type { GrantReading, ImportResult, ReadGrant } from './model.ts';
import { readingInput } from './schema.ts';

const importMsMax = 120_000;
/** Two readings of one source are compared one after the other. */
const lockKey = 726_570_002;
const faultsShownMax = 50;
/** Ids that the entry names; the counts and the digest cover the rest. */
const idsNamedMax = 500;

/**
 * Takes over everything that a source gave at one moment: what is new becomes a grant, what differs
 * replaces the old one, what is missing has ended. Such grants are reviewed here and open nothing at
 * the gateway. An older reading than the last is refused. By who changes access, or a connector's job.
 */
export async function importGrants(context: Context, input: GrantReading): Promise<ImportResult> {
  const { actor, clock } = context;
  if (actor.kind !== 'job') requirePermission(actor, 'access.change');
  const reading = parseInput(readingInput, input);
  const now = clock.now();
  if (reading.readAt > now) throw invalid('The source can’t have been read in the future.');
  requireEachOnce(reading.grants);
  return transaction(
    context.db,
    async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(${lockKey})`;
      await requireNewer(tx, reading);
      const read = await placed(tx, reading.grants);
      const found = compare(await standingOf(tx, reading.source), read);
      const importId = newId('import', now);
      const ids = await write(tx, reading, found, now);
      const { unchanged } = found;
      const counts = {
        added: found.added.length,
        changed: found.changed.length,
        ended: found.ended.length,
      };
      const digest = readingDigest(reading);
      await tx.grantImport.create({
        data: {
          id: importId,
          source: reading.source,
          readAt: reading.readAt,
          digest,
          rows: reading.grants.length,
          ...counts,
          importedById: actor.kind === 'person' ? actor.id : null,
          importedByKind: actor.kind === 'person' ? 'person' : 'job',
          at: now,
        },
      });
      await appendEntry(tx, {
        actor,
        action: 'grant.imported',
        subject: { kind: 'import', id: importId },
        summary: `${actor.name} read ${reading.grants.length} grants from ${reading.source}: ${counts.added} new, ${counts.changed} changed, ${counts.ended} gone`,
        payload: {
          source: reading.source,
          readAt: reading.readAt.toISOString(),
          digest,
          rows: reading.grants.length,
          ...counts,
          unchanged,
          addedIds: ids.added.slice(0, idsNamedMax),
          changedIds: ids.changed.slice(0, idsNamedMax),
          endedIds: ids.ended.slice(0, idsNamedMax),
        },
        at: now,
      });
      await notify(tx, { kind: 'access-changed' });
      return { importId, ...counts, unchanged };
    },
    { timeoutMs: importMsMax },
  );
}

function requireEachOnce(grants: readonly ReadGrant[]): void {
  const seen = new Set<string>();
  for (const [place, { externalId }] of grants.entries()) {
    if (seen.has(externalId)) {
      const message = 'is in the reading twice';
      throw invalid(`${externalId} ${message}.`, [{ at: `grants.${place}.externalId`, message }]);
    }
    seen.add(externalId);
  }
}

async function requireNewer(tx: Tx, { source, readAt }: GrantReading): Promise<void> {
  const last = await tx.grantImport.findFirst({ where: { source }, orderBy: { readAt: 'desc' } });
  if (!last || last.readAt < readAt) return;
  throw conflict(
    `${source} was read at ${last.readAt.toISOString()} already; a reading of ${readAt.toISOString()} is not newer.`,
  );
}

async function standingOf(tx: Tx, source: string): Promise<readonly StandingGrant[]> {
  const rows = await tx.grant.findMany({
    where: { source, state: 'active', externalId: { not: null } },
    select: {
      id: true,
      externalId: true,
      agentId: true,
      resourceId: true,
      actions: true,
      scope: true,
      endsAt: true,
    },
    orderBy: { id: 'asc' },
  });
  return rows.map((row) => ({ ...row, externalId: row.externalId ?? '' }));
}

/** Each read grant with the agent and the resource of its names; every unknown name is a fault. */
async function placed(tx: Tx, grants: readonly ReadGrant[]): Promise<readonly PlacedGrant[]> {
  const names = (of: 'agent' | 'resource') => [...new Set(grants.map((one) => one[of]))];
  const agents = await tx.agent.findMany({ where: { name: { in: names('agent') } } });
  const resources = await tx.resource.findMany({
    where: { name: { in: names('resource') }, endedAt: null },
    select: { id: true, name: true },
  });
  const agentIds = new Map(agents.map((one) => [one.name, one.id]));
  const resourceIds = new Map(resources.map((one) => [one.name, one.id]));
  const faults: { at: string; message: string }[] = [];
  const found = grants.flatMap((one, place) => {
    const agentId = agentIds.get(one.agent);
    const resourceId = resourceIds.get(one.resource);
    if (!agentId) faults.push({ at: `grants.${place}.agent`, message: `no agent ${one.agent} is known` });
    if (!resourceId)
      faults.push({ at: `grants.${place}.resource`, message: `no resource ${one.resource} is known` });
    return agentId && resourceId ? [{ ...one, agentId, resourceId }] : [];
  });
  if (faults.length === 0) return found;
  throw invalid(
    `${faults.length} names are not known here; nothing was imported. Add them, or leave their grants out of the reading’s scope.`,
    faults.slice(0, faultsShownMax),
  );
}

async function write(tx: Tx, reading: GrantReading, found: Comparison, now: Date) {
  const at = reading.readAt.toISOString();
  const close = (ids: string[], state: 'ended' | 'replaced', stateReason: string) =>
    tx.$executeRaw`
      UPDATE access_grant SET state = ${state}, state_at = ${now}, state_reason = ${stateReason}
      WHERE id = ANY (${ids}) AND state = 'active'`;
  const ended = found.ended.map(({ id }) => id);
  await close(ended, 'ended', `not in ${reading.source} when it was read at ${at}`);
  await close(
    found.changed.map(({ old }) => old.id),
    'replaced',
    `differs in ${reading.source} as read at ${at}`,
  );
  const rows = [
    ...found.added.map((read) => ({ read, replacesId: null })),
    ...found.changed.map(({ old, read }) => ({ read, replacesId: old.id })),
  ].map(({ read, replacesId }) => ({
    id: newId('grant', now),
    agentId: read.agentId,
    resourceId: read.resourceId,
    actions: [...new Set(read.actions)],
    scope: [...new Set(read.scope)],
    reason: read.reason,
    source: reading.source,
    externalId: read.externalId,
    createdByKind: 'job',
    startsAt: reading.readAt,
    endsAt: read.endsAt ?? null,
    replacesId,
    managedBy: 'import',
    createdAt: now,
  }));
  await tx.grant.createMany({ data: rows });
  return {
    added: rows.filter((row) => row.replacesId === null).map(({ id }) => id),
    changed: rows.flatMap(({ id, replacesId }) =>
      replacesId === null ? [] : [{ old: replacesId, new: id }],
    ),
    ended,
  };
}

/** SHA-256 over the reading in canonical form: who has the file computes it again. */
function readingDigest(reading: GrantReading): string {
  const grants = reading.grants.map((one) => ({
    ...one,
    actions: [...one.actions],
    scope: [...one.scope],
    endsAt: one.endsAt?.toISOString() ?? null,
  }));
  return digestOf({ source: reading.source, readAt: reading.readAt.toISOString(), grants });
}
