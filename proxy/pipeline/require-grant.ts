import { newId } from '#lib/core/ids';
import { sessionMsMax } from '#lib/core/limits';
import type { AgentAccess, AgentIdentity, TargetRecord } from '#proxy/control/control-plane';
import { found, type Passage } from './passage.ts';
import { Refused } from './refused.ts';

const proof: unique symbol = Symbol('authorized');

/** A target that this agent may reach: only `requireGrant` makes one, and connecting asks for one. */
export interface AuthorizedTarget {
  readonly [proof]: true;
  readonly record: TargetRecord;
  readonly agent: AgentIdentity;
  readonly grantIds: readonly string[];
  readonly sessionId: string;
  readonly expiresAt: Date;
}

export function noGrant(agentName: string, resourceName: string): Refused {
  return new Refused(
    'unknown_target',
    'no_grant',
    `Agent ${agentName} has no grant in force for a resource named "${resourceName}". The database of the connection is the resource's name; check it, or ask the resource's owner for a grant.`,
  );
}

/** Subscribed first, then checked: a revocation between the two reaches the session all the same. */
export async function requireGrant(passage: Passage): Promise<Passage> {
  const { services } = passage;
  const identity = found(passage.identity, 'authenticate');
  const record = found(passage.target, 'resolve-target');
  const now = services.clock.now();
  const trouble = services.watch.trouble();
  if (trouble !== null) throw new Refused('unavailable', 'control_plane', trouble);
  const sessionId = newId('session', now);
  const live = services.watch.open(sessionId, identity.agent.agent.id, record.resource.id);
  try {
    const access = await live.refresh();
    const grants = grantsInForce(access, now);
    if (access.agentState !== 'active') {
      throw new Refused(
        'forbidden',
        `agent_${access.agentState}`,
        `Agent ${identity.agent.agent.name} is ${access.agentState}. Ask its owner.`,
      );
    }
    if (grants.length === 0) throw noGrant(identity.agent.agent.name, record.resource.name);
    const ends = grants.flatMap(({ endsAt }) => (endsAt === null ? [] : [endsAt.getTime()]));
    const expiresAt = new Date(Math.min(now.getTime() + sessionMsMax, ...ends));
    const grantIds = grants.map(({ id }) => id);
    live.hold(grantIds);
    const authorized: AuthorizedTarget = {
      [proof]: true,
      record,
      agent: identity.agent,
      grantIds,
      sessionId,
      expiresAt,
    };
    return { ...passage, live, authorized };
  } catch (error) {
    live.release();
    throw error;
  }
}

function grantsInForce(access: AgentAccess, now: Date) {
  return access.grants.filter(({ endsAt }) => endsAt === null || endsAt > now);
}
