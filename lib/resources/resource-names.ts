import type { Context } from '#lib/auth/context';
import { resourcesVisibleTo } from './visible.ts';

const namesMax = 200;

/**
 * Names of resources to choose from, that the actor may see: one query, at most 200, ended ones left out.
 * With `ids` those, ended or not.
 */
export async function resourceNames(
  { db, actor }: Context,
  ids?: readonly string[],
): Promise<readonly { readonly id: string; readonly name: string; readonly ended: boolean }[]> {
  const visible = await resourcesVisibleTo(db, actor, 'access.read');
  const found = await db.resource.findMany({
    where: { AND: [visible === 'all' ? {} : visible, ids ? { id: { in: [...ids] } } : { endedAt: null }] },
    select: { id: true, name: true, endedAt: true },
    orderBy: { name: 'asc' },
    take: ids ? ids.length : namesMax,
  });
  return found.map(({ id, name, endedAt }) => ({ id, name, ended: endedAt !== null }));
}
