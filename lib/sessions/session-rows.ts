import type { Db } from '#lib/db/client';
import type { Prisma } from '#lib/db/generated/client';
import { personRef } from '#lib/people/index';
import type { PersonRef } from '#lib/people/model';
import type { PurposeTier } from '#lib/policies/model';
import type { ResourceKind } from '#lib/resources/model';
import type { SessionRow, SessionState } from './model.ts';

export const sessionInclude = {
  agent: { select: { id: true, name: true } },
  resource: { select: { id: true, name: true, environment: true, kind: true } },
} satisfies Prisma.SessionInclude;

type Found = Prisma.SessionGetPayload<{ include: typeof sessionInclude }>;

export async function sessionRows(db: Db, sessions: readonly Found[]): Promise<readonly SessionRow[]> {
  const ownerIds = [...new Set(sessions.flatMap(({ ownerId }) => ownerId ?? []))];
  const owners = await db.person.findMany({
    where: { id: { in: ownerIds } },
    select: { id: true, name: true, leftAt: true },
  });
  const byId = new Map(owners.map((owner) => [owner.id, personRef(owner)]));
  return sessions.map((session) => rowOf(session, byId.get(session.ownerId ?? '') ?? null));
}

function rowOf(session: Found, owner: PersonRef | null): SessionRow {
  return {
    id: session.id,
    agent: session.agent,
    resource: { ...session.resource, kind: session.resource.kind as ResourceKind },
    owner,
    purpose: purposeOfRow(session),
    state: session.state as SessionState,
    endReason: session.endReason,
    startedAt: session.startedAt,
    endedAt: session.endedAt,
    statements: session.statements,
    allowed: session.allowed,
    held: session.held,
    denied: session.denied,
    rowsOut: Number(session.rowsOut),
    maskedFields: Number(session.maskedFields),
  };
}

function purposeOfRow(session: Found): SessionRow['purpose'] {
  if (session.purpose === null) return null;
  return {
    text: session.purpose,
    tier: (session.purposeTier ?? 'claimed') as PurposeTier,
    source: session.purposeSource ?? '',
  };
}
