export interface Matchable {
  readonly matchClaims: Readonly<Record<string, string>>;
}

export type AgentMatch<Agent> =
  | { readonly kind: 'one'; readonly agent: Agent }
  | { readonly kind: 'none' }
  /** Claims of several agents match: nobody is let in until an admin tells them apart. */
  | { readonly kind: 'ambiguous'; readonly agents: readonly Agent[] };

/** The agent whose every claim the token has, exactly. */
export function matchAgent<Agent extends Matchable>(
  claims: Readonly<Record<string, unknown>>,
  agents: readonly Agent[],
): AgentMatch<Agent> {
  const found = agents.filter((agent) => matches(claims, agent.matchClaims));
  const first = found[0];
  if (first === undefined) return { kind: 'none' };
  return found.length === 1 ? { kind: 'one', agent: first } : { kind: 'ambiguous', agents: found };
}

function matches(
  claims: Readonly<Record<string, unknown>>,
  wanted: Readonly<Record<string, string>>,
): boolean {
  const names = Object.keys(wanted);
  return (
    names.length > 0 &&
    names.every((name) => Object.hasOwn(claims, name) && asText(claims[name]) === wanted[name])
  );
}

/** Numbers and booleans as JSON writes them (run ids); lists and objects never match. */
function asText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

/**
 * True when a token with `one`'s claims always has `other`'s too, or the other way round: such
 * two agents could never be told apart.
 */
export function overlap(
  one: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): boolean {
  return matches(one, other) || matches(other, one);
}
