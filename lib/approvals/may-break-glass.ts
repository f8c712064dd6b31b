import type { Context } from '#lib/auth/context';
import { breakGlassGroup } from './break-glass.ts';

/** Whether this person is in the group that may; an aid for the page, the verb asks again. */
export async function mayBreakGlass({ db, actor }: Context): Promise<boolean> {
  if (actor.kind !== 'person' || actor.groupIds.length === 0) return false;
  const found = await db.group.count({ where: { id: { in: [...actor.groupIds] }, name: breakGlassGroup } });
  return found > 0;
}
