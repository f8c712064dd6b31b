import type { Context } from '#lib/auth/context';
import { may } from '#lib/auth/require-permission';
import { notFound } from '#lib/core/errors';
import type { Db } from '#lib/db/client';
import type { Prisma } from '#lib/db/generated/client';
import type { MaskKind } from '#lib/masking/model';
import { maskOptions } from '#lib/masking/schema';
import { personRef } from '#lib/people/index';
import type { Environment, MaskRow, ResourceDetail, ResourceKind, ResourceRow, TlsMode } from './model.ts';
import { settingsOf } from './target.ts';
import { resourcesVisibleTo } from './visible.ts';

const resourcesMax = 1_000;

const shown = {
  owner: { select: { id: true, name: true, leftAt: true } },
  grants: { where: { state: 'active' }, select: { agentId: true } },
  _count: { select: { masks: { where: { endedAt: null } }, sessions: { where: { state: 'live' } } } },
} satisfies Prisma.ResourceInclude;

type Found = Prisma.ResourceGetPayload<{
  include: typeof shown;
  omit: { credentialSealed: true; tlsKeySealed: true };
}>;

/** Resources by name; ended ones only when asked for. Bounded at 1,000, not paged. */
export async function listResources(
  context: Context,
  filter: { readonly search?: string; readonly ended?: boolean },
): Promise<readonly ResourceRow[]> {
  const visible = await resourcesVisibleTo(context.db, context.actor, 'access.read');
  const found = await context.db.resource.findMany({
    where: {
      AND: [
        visible === 'all' ? {} : visible,
        filter.search ? { name: { contains: filter.search, mode: 'insensitive' } } : {},
        filter.ended === true ? {} : { endedAt: null },
      ],
    },
    omit: { credentialSealed: true, tlsKeySealed: true },
    include: shown,
    orderBy: { name: 'asc' },
    take: resourcesMax,
  });
  const lastAt = await lastSessions(context.db, found);
  return found.map((resource) => rowOf(resource, lastAt.get(resource.id) ?? null));
}

/** By the index, one row each: a relation with `take` reads every session there ever was. */
async function lastSessions(db: Db, of: readonly { readonly id: string }[]): Promise<Map<string, Date>> {
  const rows = await db.$queryRaw<{ id: string; at: Date }[]>`
    SELECT r.id, s.started_at AS at FROM unnest(${of.map(({ id }) => id)}::text[]) AS r(id)
    CROSS JOIN LATERAL (
      SELECT started_at FROM session WHERE resource_id = r.id ORDER BY started_at DESC LIMIT 1) s`;
  return new Map(rows.map(({ id, at }) => [id, at]));
}

function rowOf(resource: Found, lastSessionAt: Date | null): ResourceRow {
  return {
    id: resource.id,
    name: resource.name,
    kind: resource.kind as ResourceKind,
    environment: resource.environment as Environment,
    address: `${resource.host}:${resource.port}${resource.database ? `/${resource.database}` : ''}`,
    owner: personRef(resource.owner),
    masks: resource._count.masks,
    grants: resource.grants.length,
    agents: new Set(resource.grants.map(({ agentId }) => agentId)).size,
    liveSessions: resource._count.sessions,
    lastSessionAt,
    endedAt: resource.endedAt,
    managedBy: resource.managedBy,
  };
}

/** By id or by name. The credential is never read. */
export async function getResource(context: Context, resourceId: string): Promise<ResourceDetail> {
  const { db, actor } = context;
  const visible = await resourcesVisibleTo(db, actor, 'access.read');
  const found = await db.resource.findFirst({
    where: { AND: [{ OR: [{ id: resourceId }, { name: resourceId }] }, visible === 'all' ? {} : visible] },
    omit: { credentialSealed: true, tlsKeySealed: true },
    include: {
      ...shown,
      masks: { where: { endedAt: null }, orderBy: { column: 'asc' } },
      approverGroups: { include: { group: { select: { id: true, name: true } } } },
    },
  });
  if (found === null) throw notFound('There is no such resource.');
  const [sealed, sealedKeys, lastAt] = await Promise.all([
    db.resource.count({ where: { id: found.id, credentialSealed: { not: null } } }),
    db.resource.count({ where: { id: found.id, tlsKeySealed: { not: null } } }),
    lastSessions(db, [found]),
  ]);
  return {
    ...rowOf(found, lastAt.get(found.id) ?? null),
    host: found.host,
    port: found.port,
    database: found.database,
    username: found.username,
    hasCredential: sealed > 0,
    hasTlsKey: sealedKeys > 0,
    tls: found.tls as TlsMode,
    caCertificate: found.caCertificate,
    tlsCertificate: found.tlsCertificate,
    settings: settingsOf(found.settings),
    durability: found.durability === 'disk' ? 'disk' : 'process',
    approverGroups: found.approverGroups.map(({ group }) => group),
    maskRows: found.masks.map(maskRow),
    createdAt: found.createdAt,
    may: { change: may(actor, 'access.change') },
  };
}

export function maskRow(mask: Prisma.MaskModel): MaskRow {
  return {
    id: mask.id,
    resourceId: mask.resourceId,
    column: mask.column,
    kind: mask.kind as MaskKind,
    lookup: mask.lookup === 'equality' ? 'equality' : 'none',
    options: maskOptions.catch({}).parse(mask.options),
    reason: mask.reason,
    managedBy: mask.managedBy,
    createdAt: mask.createdAt,
  };
}
