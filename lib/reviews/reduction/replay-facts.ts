import type { Tx } from '#lib/db/client';
import type { MaskSpec } from '#lib/masking/model';
import type { CompiledPolicies } from '#lib/policies/compiled';
import { compilePolicies, evaluate } from '#lib/policies/index';
import type {
  Action,
  GrantTerms,
  PolicyAgent,
  PolicyFile,
  PolicyResource,
  PurposeTier,
} from '#lib/policies/model';
import type { KeptFacts } from '#lib/sql/kept-facts-schema';

/** Everything that a decision reads besides facts and grant, as it is now. */
export interface ReplayWorld {
  readonly policies: CompiledPolicies;
  readonly agent: PolicyAgent;
  readonly resource: PolicyResource;
}

/** Today's policies, groups and masks: a replay asks what would be refused from now on. */
export async function replayWorld(tx: Tx, agentId: string, resourceId: string): Promise<ReplayWorld> {
  const version = await tx.policyVersion.findFirst({ where: { active: true } });
  const agent = await tx.agent.findUniqueOrThrow({
    where: { id: agentId },
    include: { groups: { include: { group: { select: { name: true } } } } },
  });
  const resource = await tx.resource.findUniqueOrThrow({
    where: { id: resourceId },
    include: { masks: { where: { endedAt: null } } },
  });
  return {
    policies: compilePolicies((version?.files ?? []) as unknown as PolicyFile[], version?.number ?? 0),
    agent: { id: agent.id, name: agent.name, groups: agent.groups.map((one) => one.group.name) },
    resource: {
      id: resource.id,
      name: resource.name,
      kind: resource.kind,
      environment: resource.environment,
      masks: resource.masks.map((mask) => ({
        id: mask.id,
        column: mask.column,
        kind: mask.kind as MaskSpec['kind'],
        lookup: mask.lookup as MaskSpec['lookup'],
        options: mask.options as MaskSpec['options'],
      })),
    },
  };
}

/** The message with which these statements would be refused under the terms alone; null: they would not be. */
export function refusalOf(
  world: ReplayWorld,
  statements: readonly KeptFacts[],
  terms: { readonly actions: readonly Action[]; readonly scope: readonly string[] },
  purposeTier: PurposeTier | null,
  now: Date,
): string | null {
  const grant: GrantTerms = { id: 'gnt_replay', actions: terms.actions, scope: terms.scope, endsAt: null };
  for (const facts of statements) {
    const decision = evaluate(world.policies, {
      facts,
      agent: world.agent,
      resource: world.resource,
      grants: [grant],
      freezes: [],
      context: { now, purposeTier, rowEstimate: null },
    });
    if (decision.outcome === 'deny') return decision.message ?? 'It would be refused.';
  }
  return null;
}
