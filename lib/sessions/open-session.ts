import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Context } from '#lib/auth/context';
import type { Json } from '#lib/core/canonical-json';
import { CountersignError, conflict, forbidden } from '#lib/core/errors';
import type { Tx } from '#lib/db/client';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import type { NewSession } from './model.ts';

/** Sessions of a worker that was not heard for so long do not count. */
const workerGoneSeconds = 30;

const json = z.record(z.string(), z.json());

/**
 * A worker opens a session. Agent and grants are checked once more and held until this commits, so
 * that a revoke comes wholly before (refused here) or wholly after (and then cuts this session).
 */
export async function openSession(context: Context, session: NewSession): Promise<void> {
  const { actor } = context;
  if (actor.kind !== 'worker') throw forbidden('Only a gateway opens sessions.');
  const claims = json.parse(session.claims);
  await transaction(context.db, async (tx) => {
    const names = await holdAccess(tx, session, context.clock.now());
    await requireRoom(tx, session, names);
    const { purpose, grantIds, ...row } = session;
    await tx.session.create({
      data: {
        ...row,
        claims,
        workerId: actor.id,
        grantIds: [...grantIds],
        purpose: purpose?.text ?? null,
        purposeTier: purpose?.tier ?? null,
        purposeSource: purpose?.source ?? null,
      },
    });
    await appendEntry(tx, {
      actor: { kind: 'agent', id: session.agentId, name: names.agent },
      action: 'session.opened',
      subject: { kind: 'session', id: session.id },
      summary: `${names.agent} opened a session on ${names.resource}`,
      payload: evidenceOf(session, claims, actor.id),
      dedupeKey: `session.opened:${session.id}`,
      at: session.startedAt,
    });
    await notify(tx, { kind: 'session', id: session.id, state: 'live' });
  });
}

async function holdAccess(tx: Tx, session: NewSession, now: Date) {
  const [agent] = await tx.$queryRaw<{ name: string; state: string }[]>`
    SELECT name, state FROM agent WHERE id = ${session.agentId} FOR SHARE`;
  if (agent?.state !== 'active') throw conflict(`The agent is ${agent?.state ?? 'unknown'}.`);
  const grants = await tx.$queryRaw<{ resource: string; most: number | null }[]>`
    SELECT r.name AS resource, (r.settings->>'connectionsMax')::int AS most FROM access_grant g JOIN resource r ON r.id = g.resource_id
    WHERE g.id = ANY(${[...session.grantIds]}) AND g.agent_id = ${session.agentId}
      AND g.resource_id = ${session.resourceId} AND g.state = 'active' AND g.source = 'countersign' AND r.ended_at IS NULL
      AND (g.ends_at IS NULL OR g.ends_at > ${now})
    FOR SHARE OF g`;
  const resource = grants[0]?.resource;
  if (resource === undefined || grants.length < session.grantIds.length) {
    throw conflict('A grant changed while the session opened. Connect again.');
  }
  return { agent: agent.name, resource, most: grants[0]?.most ?? null };
}

/** Where the resource limits an agent's sessions: over all workers that are alive. */
async function requireRoom(
  tx: Tx,
  { agentId, resourceId }: NewSession,
  { agent, resource, most }: { agent: string; resource: string; most: number | null },
): Promise<void> {
  if (most === null) return;
  // One after the other, so that two that open at once are both counted.
  await tx.$queryRaw`SELECT 1 FROM pg_advisory_xact_lock(hashtextextended(${`session ${agentId} ${resourceId}`}, 0))`;
  const [row] = await tx.$queryRaw<{ live: number }[]>`
    SELECT count(*)::int AS live FROM session s JOIN worker w ON w.id = s.worker_id
    WHERE s.agent_id = ${agentId} AND s.resource_id = ${resourceId} AND s.state = 'live'
      AND w.stopped_at IS NULL AND w.heartbeat_at > now() - make_interval(secs => ${workerGoneSeconds})`;
  if ((row?.live ?? 0) < most) return;
  throw new CountersignError(
    'limit',
    `Agent ${agent} has ${most} ${most === 1 ? 'session' : 'sessions'} on ${resource}, the most that the resource allows one agent. Close one, or use a smaller pool.`,
  );
}

/** The token is named by a hash: enough to tell two apart, nothing to replay. */
function evidenceOf(session: NewSession, claims: Record<string, Json>, workerId: string): Json {
  const { tokenId, purpose } = session;
  return {
    agentId: session.agentId,
    resourceId: session.resourceId,
    grantIds: [...session.grantIds],
    issuer: session.issuer,
    subject: session.subject,
    tokenIdSha256: tokenId === null ? null : createHash('sha256').update(tokenId).digest('hex'),
    claims,
    purpose: purpose === null ? null : { text: purpose.text, tier: purpose.tier, source: purpose.source },
    clientAddress: session.clientAddress,
    policyVersion: session.policyVersion,
    workerId,
  };
}
