import type { Context } from '#lib/auth/context';
import { forbidden, notFound } from '#lib/core/errors';
import type { Tx } from '#lib/db/client';
import { accessDigest, readActivePolicies } from '#lib/policies/index';
import type { Action, GrantTerms } from '#lib/policies/model';
import { policyResource } from '#lib/resources/index';
import type { AgentAccess } from './model.ts';

/** What an agent may do on a resource at this moment; read in one snapshot. A worker's. */
export async function accessOf(context: Context, agentId: string, resourceId: string): Promise<AgentAccess> {
  if (context.actor.kind !== 'worker') throw forbidden('Only a gateway asks this.');
  const now = context.clock.now();
  return context.db.$transaction(
    async (tx) => {
      const agent = await tx.agent.findUnique({ where: { id: agentId }, select: { state: true } });
      const resource = await tx.resource.findUnique({
        where: { id: resourceId },
        omit: { credentialSealed: true, tlsKeySealed: true },
        include: { masks: { where: { endedAt: null } } },
      });
      if (agent === null || resource === null) throw notFound('There is no such agent or resource.');
      const grants = await tx.grant.findMany({
        where: {
          agentId,
          resourceId,
          state: 'active',
          // What another system gave is reviewed here and opens nothing here.
          source: 'countersign',
          startsAt: { lte: now },
          OR: [{ endsAt: null }, { endsAt: { gt: now } }],
        },
        select: { id: true, actions: true, scope: true, endsAt: true },
        orderBy: { id: 'asc' },
      });
      const freezes = await tx.freeze.findMany({
        where: { environment: resource.environment, endedAt: null, endsAt: { gt: now } },
        select: { id: true, environment: true, reason: true, startsAt: true, endsAt: true, exceptions: true },
        orderBy: { id: 'asc' },
      });
      const policies = await readActivePolicies(tx);
      const terms = resource.endedAt === null ? grants.map(termsForPolicy) : [];
      const masked = policyResource(resource);
      const files = policies?.files ?? [];
      return {
        agentState: agent.state as AgentAccess['agentState'],
        grants: terms,
        resource: masked,
        policyVersion: policies?.version ?? 0,
        policyFiles: files,
        freezes,
        successors: await successorsOf(tx, terms),
        digest: accessDigest({
          files,
          grants: terms,
          masks: masked.masks,
          freezes,
          detect: masked.detect ?? [],
        }),
      };
    },
    { isolationLevel: 'RepeatableRead', maxWait: 5_000, timeout: 10_000 },
  );
}

async function successorsOf(tx: Tx, inForce: readonly GrantTerms[]): Promise<Record<string, string>> {
  const found = await tx.$queryRaw<{ old: string; id: string }[]>`
    WITH RECURSIVE line AS (
      SELECT g.id, g.replaces_id AS old, g.actions, g.scope FROM access_grant g
      WHERE g.id = ANY(${inForce.map(({ id }) => id)}) AND g.replaces_id IS NOT NULL
      UNION
      SELECT l.id, o.replaces_id, l.actions, l.scope FROM line l JOIN access_grant o ON o.id = l.old
      WHERE o.state = 'replaced' AND o.replaces_id IS NOT NULL
    ) CYCLE old SET seen USING way
    SELECT l.id, l.old FROM line l JOIN access_grant o ON o.id = l.old
    WHERE NOT l.seen AND o.state = 'replaced'
      AND o.actions @> l.actions AND l.actions @> o.actions AND o.scope @> l.scope AND l.scope @> o.scope`;
  return Object.fromEntries(found.map(({ old, id }) => [old, id]));
}

function termsForPolicy(grant: {
  readonly id: string;
  readonly actions: readonly string[];
  readonly scope: readonly string[];
  readonly endsAt: Date | null;
}): GrantTerms {
  return { ...grant, actions: grant.actions as Action[] };
}
