import type { Context } from '#lib/auth/context';
import { resourcesVisibleTo } from './visible.ts';

const namesMax = 200;

/** Names of resources to choose from, that the actor may see: one query, at most 200. */
export async function resourceNames({
  db,
  actor,
}: Context): Promise<readonly { readonly id: string; readonly name: string }[]> {
  const visible = await resourcesVisibleTo(db, actor, 'access.read');
  return db.resource.findMany({
    where: { AND: [visible === 'all' ? {} : visible, { endedAt: null }] },
    select: { id: true, name: true },
    orderBy: { name: 'asc' },
    take: namesMax,
  });
}
