import type { Tx } from '#lib/db/client';
import { insertGrant, replaceGrant, revokeIn } from '#lib/grants/index';
import { type Planning, refuseTwins } from './plan-model.ts';
import type { Declaration } from './schema.ts';

type Declared = Declaration['grants'][number];
const gone = 'no longer declared';

/** A grant is what it allows: agent, resource, actions and scope. Reason and end may change. */
function keyOf(
  agent: string,
  resource: string,
  actions: readonly string[],
  scope: readonly string[],
): string {
  return JSON.stringify([agent, resource, [...new Set(actions)].sort(), [...new Set(scope)].sort()]);
}

function nameOf(
  agent: string,
  resource: string,
  actions: readonly string[],
  scope: readonly string[],
): string {
  return `${agent} on ${resource}: ${actions.join(', ')} on ${scope.join(', ')}`;
}

export async function planGrants(tx: Tx, planning: Planning, now: Date): Promise<void> {
  const { grants } = planning.input.file.declaration;
  const declaredKey = (grant: Declared) => keyOf(grant.agent, grant.resource, grant.actions, grant.on);
  refuseTwins(planning, 'grants', grants, declaredKey, null);
  await refuseDangling(tx, planning);
  const found = await tx.grant.findMany({
    where: { agent: { state: { not: 'ended' } }, resource: { endedAt: null }, source: 'countersign' },
    include: {
      agent: { select: { name: true } },
      resource: { select: { name: true } },
      revokedBy: { select: { name: true } },
    },
    orderBy: { createdAt: 'asc' },
  });
  type Found = (typeof found)[number];
  const foundKey = (grant: Found) => keyOf(grant.agent.name, grant.resource.name, grant.actions, grant.scope);
  const active = found.filter(({ state, endsAt }) => state === 'active' && (endsAt === null || endsAt > now));
  const byKey = new Map(active.map((grant) => [foundKey(grant), grant]));
  const before = new Map(
    found.filter(({ state }) => state !== 'active').map((grant) => [foundKey(grant), grant]),
  );
  for (const grant of grants) {
    const key = declaredKey(grant);
    const current = byKey.get(key);
    if (grant.until !== null && grant.until <= now) {
      // Past its end: nothing to make. What still runs on it was longer before, and ends.
      if (current)
        planning.notNamed(
          'grant',
          nameOf(grant.agent, grant.resource, grant.actions, grant.on),
          'apply',
          ender(current.id),
        );
      else planning.unchanged += 1;
    } else if (current === undefined) {
      createStep(planning, grant, before.get(key));
    } else {
      changeStep(planning, grant, current);
    }
  }
  const named = new Set(grants.map(declaredKey));
  for (const grant of active) {
    if (named.has(foundKey(grant))) continue;
    const name = nameOf(grant.agent.name, grant.resource.name, grant.actions, grant.scope);
    planning.notNamed('grant', name, grant.managedBy, ender(grant.id));
  }
}

/** Its agent or resource may have ended in the same run, and this grant with it. */
function ender(grantId: string) {
  return async (tx: Tx, context: Parameters<typeof revokeIn>[1]) => {
    const still = await tx.grant.count({ where: { id: grantId, state: 'active' } });
    if (still > 0) await revokeIn(tx, context, grantId, gone);
  };
}

interface Taken {
  readonly id: string;
  readonly state: string;
  readonly stateReason: string | null;
  readonly revokedBy: { readonly name: string } | null;
}

function createStep(planning: Planning, grant: Declared, taken: Taken | undefined): void {
  const name = nameOf(grant.agent, grant.resource, grant.actions, grant.on);
  // People may have taken it away in a review: the file gives it back, and that is said aloud.
  const note =
    taken?.revokedBy && taken.stateReason !== gone
      ? `${taken.revokedBy.name} ${taken.state === 'replaced' ? 'reduced' : 'revoked'} it: ${taken.stateReason}`
      : null;
  planning.create(
    'grant',
    name,
    async (tx, context) =>
      insertGrant(tx, context, {
        ...(await partiesOf(tx, grant)),
        ...termsOf(grant),
        managedBy: 'apply',
        // A review looks for what came back in the place of what it took away.
        ...(note === null || taken === undefined ? {} : { replacesId: taken.id }),
      }),
    note,
  );
}

function changeStep(
  planning: Planning,
  grant: Declared,
  current: { readonly id: string; readonly reason: string; readonly endsAt: Date | null },
): void {
  const changed = [
    ...(current.reason === grant.reason ? [] : ['reason']),
    ...(current.endsAt?.getTime() === grant.until?.getTime() ? [] : ['until']),
  ];
  planning.change(
    'grant',
    nameOf(grant.agent, grant.resource, grant.actions, grant.on),
    changed,
    (tx, context) => replaceGrant(tx, context, current.id, termsOf(grant)),
  );
}

function termsOf(grant: Declared) {
  return { actions: grant.actions, scope: grant.on, reason: grant.reason, endsAt: grant.until };
}

async function partiesOf(tx: Tx, grant: Declared) {
  const [agent, resource] = [
    await tx.agent.findUniqueOrThrow({ where: { name: grant.agent }, select: { id: true } }),
    await tx.resource.findUniqueOrThrow({ where: { name: grant.resource }, select: { id: true } }),
  ];
  return { agentId: agent.id, resourceId: resource.id };
}

async function refuseDangling(tx: Tx, planning: Planning): Promise<void> {
  const { agents, resources, grants } = planning.input.file.declaration;
  const otherAgents = await tx.agent.findMany({
    where: { managedBy: { not: 'apply' }, state: { not: 'ended' } },
    select: { name: true },
  });
  const otherResources = await tx.resource.findMany({
    where: { managedBy: { not: 'apply' }, endedAt: null },
    select: { name: true },
  });
  const agentNames = new Set([...agents, ...otherAgents].map(({ name }) => name));
  const resourceNames = new Set([...resources, ...otherResources].map(({ name }) => name));
  grants.forEach(({ agent, resource }, index) => {
    if (!agentNames.has(agent)) planning.fault(['grants', index, 'agent'], `there is no agent ${agent}`);
    if (!resourceNames.has(resource)) {
      planning.fault(['grants', index, 'resource'], `there is no resource ${resource}`);
    }
  });
}
