import type { Tx } from '#lib/db/client';
import { policyResource } from '#lib/resources/index';
import { readKeptFacts } from '#lib/sql/kept-facts';
import type { KeptFacts } from '#lib/sql/kept-facts-schema';
import { compilePolicies } from '../compile.ts';
import type { CompiledPolicies } from '../compiled.ts';
import { evaluate } from '../evaluate.ts';
import {
  type Decision,
  type GrantTerms,
  type PolicyAgent,
  type PolicyContext,
  type PolicyResource,
  strictness,
} from '../model.ts';
import { readActivePolicies } from '../versions.ts';

/** Who and what a replay is about, as they are now: names, groups and masks. */
export interface ReplaySubjects {
  readonly agents: ReadonlyMap<string, PolicyAgent>;
  readonly resources: ReadonlyMap<string, PolicyResource>;
}

/** Everything that a decision reads besides facts and grants, as it is now. */
export interface ReplayWorld {
  readonly policies: CompiledPolicies;
  readonly agent: PolicyAgent;
  readonly resource: PolicyResource;
}

export async function replaySubjects(
  tx: Tx,
  agentIds: readonly string[],
  resourceIds: readonly string[],
): Promise<ReplaySubjects> {
  const agents = await tx.agent.findMany({
    where: { id: { in: [...agentIds] } },
    include: { groups: { include: { group: { select: { name: true } } } } },
  });
  const resources = await tx.resource.findMany({
    where: { id: { in: [...resourceIds] } },
    include: { masks: { where: { endedAt: null } } },
  });
  return {
    agents: new Map(
      agents.map(({ id, name, groups }) => [id, { id, name, groups: groups.map((one) => one.group.name) }]),
    ),
    resources: new Map(resources.map((resource) => [resource.id, policyResource(resource)])),
  };
}

/** Today's policies, groups and masks: a replay asks what would be refused from now on. */
export async function replayWorld(tx: Tx, agentId: string, resourceId: string): Promise<ReplayWorld> {
  const active = await readActivePolicies(tx);
  const { agents, resources } = await replaySubjects(tx, [agentId], [resourceId]);
  return {
    policies: compilePolicies(active?.files ?? [], active?.version ?? 0),
    agent: found(agents, agentId),
    resource: found(resources, resourceId),
  };
}

/** Kept facts by their digest; left out: not kept any more, or in a form that can't be read. */
export async function factsByDigest(
  tx: Tx,
  digests: readonly string[],
): Promise<ReadonlyMap<string, readonly KeptFacts[]>> {
  const stored = await tx.statementFacts.findMany({ where: { digest: { in: [...digests] } } });
  const known = new Map<string, readonly KeptFacts[]>();
  for (const { digest, facts } of stored) {
    const read = readKeptFacts(facts);
    if (read) known.set(digest, read);
  }
  return known;
}

/** The strictest decision about statements that were decided as one, without freezes. */
export function decideAgain(
  world: ReplayWorld,
  statements: readonly KeptFacts[],
  grants: readonly GrantTerms[],
  context: PolicyContext,
): Decision {
  let strictest: Decision | null = null;
  for (const facts of statements) {
    const { agent, resource } = world;
    const decision = evaluate(world.policies, { facts, agent, resource, grants, freezes: [], context });
    if (!strictest || strictness[decision.outcome] > strictness[strictest.outcome]) strictest = decision;
  }
  if (!strictest) throw new Error('facts of no statement');
  return strictest;
}

function found<T>(among: ReadonlyMap<string, T>, id: string): T {
  const one = among.get(id);
  if (one === undefined) throw new Error(`nothing has the id ${id}`);
  return one;
}
