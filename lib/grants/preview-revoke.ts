import { z } from 'zod';
import type { Context } from '#lib/auth/context';
import { notFound } from '#lib/core/errors';
import { idInput, parseInput } from '#lib/core/input';
import { bulkGrantsMax } from '#lib/core/limits';
import type { Db } from '#lib/db/client';
import { catalogOf, permissionsOf } from '#lib/usage/index';
import type { RevokeEffect } from './model.ts';
import { grantsVisibleTo } from './visible.ts';

const input = z.array(idInput).min(1).max(bulkGrantsMax);

interface Terms {
  readonly agentId: string;
  readonly resourceId: string;
  readonly actions: readonly string[];
  readonly scope: readonly string[];
}

/** What revoking these would do: named before it is done. */
export async function previewRevoke(context: Context, grantIds: readonly string[]): Promise<RevokeEffect> {
  const ids = parseInput(input, grantIds);
  const { db, actor } = context;
  const visible = grantsVisibleTo(actor);
  const grants = await db.grant.findMany({
    where: {
      AND: [{ id: { in: ids }, state: 'active', source: 'countersign' }, visible === 'all' ? {} : visible],
    },
  });
  if (grants.length === 0) throw notFound('None of these grants is active.');
  const going = grants.map(({ id }) => id);
  const [liveSessions, kept] = await Promise.all([
    db.session.count({ where: { state: 'live', grantIds: { hasSome: going } } }),
    keptBeside(db, grants, going),
  ]);
  const lost = await objectsLost(db, grants, kept);
  const agents = new Set(grants.map(({ agentId }) => agentId)).size;
  const counted = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;
  const whose = agents === 1 ? '' : ` of ${counted(agents, 'agent')}`;
  return {
    grants: grants.length,
    liveSessions,
    tablesLost: lost.size,
    sentence: `ends ${counted(liveSessions, 'live session')}, removes access${whose} to ${counted(lost.size, 'table')}`,
  };
}

/** Other active grants made here, of the same agents on the same resources: what they reach stays. */
function keptBeside(db: Db, grants: readonly Terms[], going: readonly string[]): Promise<readonly Terms[]> {
  return db.$queryRaw<Terms[]>`
    SELECT agent_id AS "agentId", resource_id AS "resourceId", actions, scope FROM access_grant
    WHERE state = 'active' AND source = 'countersign' AND NOT id = ANY(${[...going]})
      AND (agent_id, resource_id) IN (
        SELECT * FROM unnest(${grants.map(({ agentId }) => agentId)}::text[],
                             ${grants.map(({ resourceId }) => resourceId)}::text[]))`;
}

/** Tables and views, each once, that an agent reaches by what goes and by nothing that stays. */
async function objectsLost(
  db: Db,
  grants: readonly Terms[],
  kept: readonly Terms[],
): Promise<ReadonlySet<string>> {
  const reach = await reachIn(db, [...new Set(grants.map(({ resourceId }) => resourceId))]);
  const keptBy = Map.groupBy(kept, pairOf);
  const lost = new Set<string>();
  for (const [pair, going] of Map.groupBy(grants, pairOf)) {
    const still = new Set((keptBy.get(pair) ?? []).flatMap(reach));
    for (const object of going.flatMap(reach)) {
      if (!still.has(object)) lost.add(`${going[0]?.resourceId} ${object}`);
    }
  }
  return lost;
}

/** What a grant's terms cover; equal terms are expanded once. */
async function reachIn(db: Db, resourceIds: readonly string[]) {
  const catalogs = new Map(
    await Promise.all(resourceIds.map(async (id) => [id, await catalogOf(db, id)] as const)),
  );
  const known = new Map<string, readonly string[]>();
  return (grant: Terms): readonly string[] => {
    const key = JSON.stringify([grant.resourceId, grant.actions, grant.scope]);
    const objects =
      known.get(key) ??
      permissionsOf(grant, catalogs.get(grant.resourceId) ?? [])
        .filter(({ kind }) => kind === 'table' || kind === 'view')
        .map(({ object }) => object);
    known.set(key, objects);
    return objects;
  };
}

const pairOf = ({ agentId, resourceId }: Terms) => `${agentId} ${resourceId}`;
