import type { Context } from '#lib/auth/context';
import { dotted } from '#lib/core/dotted-name';
import { forbidden, notFound } from '#lib/core/errors';
import { transaction } from '#lib/db/transaction';
import { maskRow } from './list-resources.ts';
import type { ResourceObject } from './model.ts';
import { resourcesVisibleTo } from './visible.ts';

/** The catalog with its masks, as a gateway read it last; objects that are gone stay, marked. */
export async function listObjects(context: Context, resourceId: string): Promise<readonly ResourceObject[]> {
  const { db, actor } = context;
  const visible = await resourcesVisibleTo(db, actor, 'access.read');
  const resource = await db.resource.findFirst({
    where: { AND: [{ id: resourceId }, visible === 'all' ? {} : visible] },
    select: {
      masks: { where: { endedAt: null } },
      objects: { orderBy: [{ schema: 'asc' }, { name: 'asc' }] },
    },
  });
  if (resource === null) throw notFound('There is no such resource.');
  const masks = new Map(resource.masks.map((mask) => [mask.column, maskRow(mask)]));
  return resource.objects.map((object) => ({
    schema: object.schema,
    name: object.name,
    kind: object.kind as ResourceObject['kind'],
    columns: object.columns.map((name) => ({
      name,
      mask: masks.get(dotted(object.schema, object.name, name)) ?? null,
    })),
    seenAt: object.seenAt,
    goneAt: object.goneAt,
  }));
}

export interface SeenObject {
  readonly schema: string;
  readonly name: string;
  readonly kind: 'table' | 'view' | 'sequence' | 'function';
  readonly columns: readonly string[];
}

/** A worker read the target's whole catalog: what it no longer holds is gone from now on. */
export async function catalogSeen(
  context: Context,
  resourceId: string,
  objects: readonly SeenObject[],
): Promise<void> {
  if (context.actor.kind !== 'worker') throw forbidden('Only a gateway reports a catalog.');
  const now = context.clock.now();
  const rows = JSON.stringify(objects);
  await transaction(context.db, async (tx) => {
    // One at a time for each resource: several workers read it at the same moment after a change.
    await tx.$queryRaw`SELECT 1 FROM resource WHERE id = ${resourceId} FOR NO KEY UPDATE`;
    await tx.$executeRaw`
      INSERT INTO resource_object AS o (resource_id, schema, name, kind, columns, first_seen_at, seen_at)
      SELECT DISTINCT ON (seen.schema, seen.name, seen.kind)
        ${resourceId}, seen.schema, seen.name, seen.kind, seen.columns, ${now}, ${now}
      FROM jsonb_to_recordset(${rows}::jsonb)
        AS seen(schema text, name text, kind text, columns text[])
      ON CONFLICT (resource_id, schema, name, kind) DO UPDATE
        SET columns = excluded.columns, seen_at = excluded.seen_at, gone_at = NULL`;
    await tx.resourceObject.updateMany({
      where: { resourceId, goneAt: null, seenAt: { lt: now } },
      data: { goneAt: now },
    });
  });
}
