import { type CompiledPolicies, compilePolicies, evaluate, policiesDigest } from '#lib/policies/index';
import type { Decision, PolicyAgent, PolicyContext, PurposeTier } from '#lib/policies/model';
import type { SqlFacts } from '#lib/sql/model';
import type { AgentAccess } from '#proxy/control/control-plane';
import { counted, type Metrics } from '#proxy/metrics';
import type { FactsView } from './facts-view.ts';

/** Compiled policy versions that a worker keeps: the current one and those that sessions still read. */
const versionsMax = 8;

/** Agents and versions that a kind's decisions are kept for. */
const decisionsPerKindMax = 64;

/** Decides, and remembers what did not depend on time or on the planner's estimate. */
export class PolicyCache {
  readonly #metrics: Metrics;
  readonly #compiled = new Map<string, CompiledPolicies>();
  readonly #ofAccess = new WeakMap<AgentAccess, CompiledPolicies>();

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  decide(
    view: FactsView,
    agent: PolicyAgent,
    access: AgentAccess,
    tier: PurposeTier | null,
    now: Date,
    rowEstimate: number | null,
  ): Decision {
    const { facts, kind } = view;
    const key = this.#key(agent, access, tier);
    const known = kind.decisions.get(key);
    if (known !== undefined && (known.validUntil === null || known.validUntil > now)) {
      this.#metrics.add(counted.decisionHit);
      return known;
    }
    this.#metrics.add(counted.decisionMiss);
    const started = performance.now();
    const context: PolicyContext = { now, purposeTier: tier, rowEstimate };
    const decision = evaluate(this.#policies(access), {
      facts: decided(facts),
      agent,
      resource: access.resource,
      grants: access.grants,
      freezes: access.freezes,
      context,
    });
    this.#metrics.decided((performance.now() - started) / 1000);
    if (!decision.volatile) {
      if (kind.decisions.size >= decisionsPerKindMax) kind.decisions.clear();
      kind.decisions.set(key, decision);
    }
    return decision;
  }

  /** Everything beside the facts that a decision depends on, but for time and estimate. */
  #key(agent: PolicyAgent, access: AgentAccess, tier: PurposeTier | null): string {
    const { id, environment } = access.resource;
    return `${access.digest} ${access.policyVersion} ${id} ${environment} ${agent.id} ${agent.groups.join(',')} ${tier ?? ''}`;
  }

  #policies(access: AgentAccess): CompiledPolicies {
    const compiledFor = this.#ofAccess.get(access);
    if (compiledFor !== undefined) return compiledFor;
    const key = `${access.policyVersion} ${policiesDigest(access.policyFiles)}`;
    const compiled = this.#compiledOf(key, access);
    this.#ofAccess.set(access, compiled);
    return compiled;
  }

  #compiledOf(key: string, access: AgentAccess): CompiledPolicies {
    const known = this.#compiled.get(key);
    if (known !== undefined) return known;
    const compiled = compilePolicies(access.policyFiles, access.policyVersion);
    this.#compiled.set(key, compiled);
    for (const oldest of this.#compiled.keys()) {
      if (this.#compiled.size <= versionsMax) break;
      this.#compiled.delete(oldest);
    }
    return compiled;
  }
}

/** Opening a cursor shows nothing yet: what it shows is decided, and masked, at each FETCH. */
function decided(facts: SqlFacts): SqlFacts {
  if (facts.opensCursor === null) return facts;
  return { ...facts, columns: facts.columns.filter(({ kind }) => kind !== 'output') };
}
