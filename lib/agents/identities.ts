import { z } from 'zod';
import type { Db } from '#lib/db/client';
import type { TrustedIssuer } from '#lib/identity/index';
import type { PolicyAgent } from '#lib/policies/model';
import type { AgentState } from './model.ts';

// What gateways read to know who connects. No person asks, so no permission is checked: only the
// control plane's implementation calls these.

/** Issuers whose tokens are accepted now. */
export async function trustedIssuers(db: Db): Promise<readonly TrustedIssuer[]> {
  const issuers = await db.issuer.findMany({ where: { endedAt: null }, orderBy: { name: 'asc' } });
  return issuers.map(({ id, name, issuer, audience, jwksUri, algorithms, singleUse }) => ({
    id,
    name,
    issuer,
    audience,
    jwksUri,
    algorithms,
    singleUse,
  }));
}

export interface IdentifiedAgent {
  readonly agent: PolicyAgent;
  readonly ownerId: string | null;
  readonly ownerName: string | null;
  readonly state: AgentState;
  readonly matchClaims: Readonly<Record<string, string>>;
}

const claims = z.record(z.string(), z.string());

/** Agents that a token of this issuer may belong to; suspended ones too, so that they are told so. */
export async function agentsOfIssuer(db: Db, issuerId: string): Promise<readonly IdentifiedAgent[]> {
  const agents = await db.agent.findMany({
    where: { issuerId, state: { not: 'ended' } },
    include: { owner: { select: { name: true } }, groups: { select: { group: { select: { name: true } } } } },
  });
  return agents.map((agent) => ({
    agent: { id: agent.id, name: agent.name, groups: agent.groups.map(({ group }) => group.name).sort() },
    ownerId: agent.ownerId,
    ownerName: agent.owner?.name ?? null,
    state: agent.state as AgentState,
    matchClaims: claims.parse(agent.matchClaims),
  }));
}

/** Marks a single-use token as used; false when it was used before. */
export async function claimToken(db: Db, issuer: string, jti: string, expiresAt: Date): Promise<boolean> {
  const created = await db.tokenUse.createMany({ data: [{ issuer, jti, expiresAt }], skipDuplicates: true });
  return created.count === 1;
}

/** Forgets tokens that have expired: they are refused for that anyway. Returns how many. */
export async function forgetTokens(db: Db, now: Date): Promise<number> {
  return (await db.tokenUse.deleteMany({ where: { expiresAt: { lt: now } } })).count;
}
