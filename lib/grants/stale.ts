import { Prisma } from '#lib/db/generated/client';
import type { StaleKind, StaleReason } from './model.ts';

const dayMs = 86_400_000;

/** What staleness is judged by; read in one query by `staleFacts`. */
export interface StaleFacts {
  readonly startsAt: Date;
  readonly endsAt: Date | null;
  readonly lastUsedAt: Date | null;
  /** False: it is used past this gateway, where nobody sees it. */
  readonly observed: boolean;
  readonly ownerId: string | null;
  readonly ownerLeft: boolean;
  readonly agentState: string;
  readonly orphaned: boolean;
}

/** Why a grant needs a look, in words; the same rules as `staleSql`. Pure. */
export function staleReasons(grant: StaleFacts, now: Date, unusedDays: number): readonly StaleReason[] {
  const found: StaleReason[] = [];
  const add = (kind: StaleKind, text: string) => found.push({ kind, text });
  const days = (since: Date) => Math.floor((now.getTime() - since.getTime()) / dayMs);
  if (grant.endsAt !== null && grant.endsAt <= now) add('past_end', 'past its end');
  if (grant.agentState === 'ended') add('agent_ended', 'its agent has ended');
  if (grant.agentState === 'suspended') add('agent_suspended', 'its agent is suspended');
  if (grant.orphaned) add('agent_orphaned', 'what its agent builds is gone');
  if (grant.ownerId === null) add('ownerless', 'nobody owns its agent');
  else if (grant.ownerLeft) add('owner_left', 'the owner of its agent has left');
  if (!grant.observed) return found;
  if (grant.lastUsedAt === null) {
    if (days(grant.startsAt) >= unusedDays) add('never_used', `never used in ${days(grant.startsAt)} days`);
  } else if (days(grant.lastUsedAt) >= unusedDays) {
    add('unused', `not used for ${days(grant.lastUsedAt)} days`);
  }
  return found;
}

/** The rules as SQL over `staleFrom`'s aliases, for filters and counts over all grants. */
export function staleSql(now: Date, unusedDays: number): Readonly<Record<StaleKind, Prisma.Sql>> {
  const horizon = new Date(now.getTime() - unusedDays * dayMs);
  return {
    past_end: Prisma.sql`g.ends_at IS NOT NULL AND g.ends_at <= ${now}`,
    agent_ended: Prisma.sql`a.state = 'ended'`,
    agent_suspended: Prisma.sql`a.state = 'suspended'`,
    agent_orphaned: Prisma.sql`a.orphaned_at IS NOT NULL`,
    ownerless: Prisma.sql`a.owner_id IS NULL`,
    owner_left: Prisma.sql`p.left_at IS NOT NULL`,
    never_used: Prisma.sql`g.source = 'countersign' AND u.last_at IS NULL AND g.starts_at <= ${horizon}`,
    unused: Prisma.sql`u.last_at IS NOT NULL AND u.last_at <= ${horizon}`,
  };
}

/** Grants with what staleness is judged by: aliases g, a (agent), r (resource), p (owner), u (last use). */
export const staleFrom = Prisma.sql`
  access_grant g
  JOIN agent a ON a.id = g.agent_id
  JOIN resource r ON r.id = g.resource_id
  LEFT JOIN person p ON p.id = a.owner_id
  LEFT JOIN LATERAL (
    SELECT last_at FROM usage WHERE grant_id = g.id AND used > 0 ORDER BY last_at DESC LIMIT 1) u ON true`;
