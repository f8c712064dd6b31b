import { z } from 'zod';
import type { Context } from '#lib/auth/context';
import { notFound } from '#lib/core/errors';
import { idInput, parseInput } from '#lib/core/input';
import { bulkItemsMax } from '#lib/core/limits';
import { catalogOf, permissionsOf } from '#lib/usage/index';
import type { RevokeEffect } from './model.ts';
import { grantsVisibleTo } from './visible.ts';

const input = z.array(idInput).min(1).max(bulkItemsMax);

/** What revoking these would do: named before it is done. */
export async function previewRevoke(context: Context, grantIds: readonly string[]): Promise<RevokeEffect> {
  const ids = parseInput(input, grantIds);
  const { db, actor } = context;
  const visible = grantsVisibleTo(actor);
  const grants = await db.grant.findMany({
    where: { AND: [{ id: { in: ids }, state: 'active' }, visible === 'all' ? {} : visible] },
  });
  if (grants.length === 0) throw notFound('None of these grants is active.');
  const going = new Set(grants.map(({ id }) => id));
  const [liveSessions, kept] = await Promise.all([
    db.session.count({ where: { state: 'live', grantIds: { hasSome: [...going] } } }),
    db.grant.findMany({
      where: {
        state: 'active',
        id: { notIn: [...going] },
        OR: pairsOf(grants).map(([agentId, resourceId]) => ({ agentId, resourceId })),
      },
    }),
  ]);
  let tablesLost = 0;
  for (const [agentId, resourceId] of pairsOf(grants)) {
    const catalog = await catalogOf(db, resourceId);
    const reach = (of: typeof grants) =>
      new Set(
        of
          .filter((grant) => grant.agentId === agentId && grant.resourceId === resourceId)
          .flatMap((grant) => permissionsOf(grant, catalog))
          .filter(({ kind }) => kind === 'table' || kind === 'view')
          .map(({ object }) => object),
      );
    const still = reach(kept);
    tablesLost += [...reach(grants)].filter((object) => !still.has(object)).length;
  }
  const counted = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;
  return {
    grants: grants.length,
    liveSessions,
    tablesLost,
    sentence: `ends ${counted(liveSessions, 'live session')}, removes access to ${counted(tablesLost, 'table')}`,
  };
}

function pairsOf(grants: readonly { agentId: string; resourceId: string }[]): readonly [string, string][] {
  const pairs = new Map(
    grants.map(({ agentId, resourceId }): [string, [string, string]] => [
      `${agentId} ${resourceId}`,
      [agentId, resourceId],
    ]),
  );
  return [...pairs.values()];
}
