import type { Context } from '#lib/auth/context';
import type { Prisma } from '#lib/db/generated/client';
import { personRef } from '#lib/people/index';
import type { Action } from '#lib/policies/model';
import { permissionShares } from '#lib/usage/index';
import { type GrantRow, type GrantSource, type GrantState, isObserved } from './model.ts';
import { staleReasons } from './stale.ts';

const dayMs = 86_400_000;
const person = { select: { id: true, name: true, leftAt: true } };

const shown = {
  agent: { include: { owner: person } },
  resource: { select: { id: true, name: true, environment: true } },
  createdBy: person,
} satisfies Prisma.GrantInclude;

/** Rows for these grants, in this order, after the caller checked who may read them. */
export async function grantRows(
  { db, clock }: Context,
  ids: readonly string[],
  unusedDays: number,
): Promise<readonly GrantRow[]> {
  const now = clock.now();
  const range = { from: new Date(now.getTime() - 90 * dayMs), to: now };
  const found = await db.grant.findMany({ where: { id: { in: [...ids] } }, include: shown });
  const seen = found.filter(({ source }) => isObserved(source as GrantSource));
  const [shares, last] = await Promise.all([permissionShares(db, seen, range), lastUses(db, ids)]);
  const rows = new Map(
    found.map((grant): [string, GrantRow] => {
      const { agent, resource } = grant;
      const lastUsedAt = last.get(grant.id) ?? null;
      const facts = {
        ...grant,
        observed: isObserved(grant.source as GrantSource),
        lastUsedAt,
        ownerId: agent.ownerId,
        ownerLeft: agent.owner?.leftAt != null,
        agentState: agent.state,
        orphaned: agent.orphanedAt !== null,
      };
      return [
        grant.id,
        {
          id: grant.id,
          agent: { id: agent.id, name: agent.name, state: agent.state },
          resource,
          owner: personRef(agent.owner),
          actions: grant.actions as Action[],
          scope: grant.scope,
          reason: grant.reason,
          source: grant.source as GrantSource,
          createdBy: personRef(grant.createdBy),
          createdByKind: grant.createdByKind,
          startsAt: grant.startsAt,
          endsAt: grant.endsAt,
          state: grant.state as GrantState,
          stateAt: grant.stateAt,
          stateReason: grant.stateReason,
          lastUsedAt,
          permissions: shares.get(grant.id) ?? null,
          stale: grant.state === 'active' ? staleReasons(facts, now, unusedDays) : [],
          managedBy: grant.managedBy,
        },
      ];
    }),
  );
  return ids.flatMap((id) => rows.get(id) ?? []);
}

async function lastUses(db: Context['db'], ids: readonly string[]): Promise<ReadonlyMap<string, Date>> {
  const rows = await db.$queryRaw<{ id: string; at: Date }[]>`
    SELECT g.id, u.last_at AS at FROM unnest(${[...ids]}::text[]) AS g(id)
    CROSS JOIN LATERAL (
      SELECT last_at FROM usage WHERE grant_id = g.id AND used > 0 ORDER BY last_at DESC LIMIT 1) u`;
  return new Map(rows.map(({ id, at }) => [id, at]));
}
