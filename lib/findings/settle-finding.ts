import type { Context } from '#lib/auth/context';
import { conflict, forbidden, notFound } from '#lib/core/errors';
import type { Tx } from '#lib/db/client';

/** Nobody settles a finding about what they answer for (invariant 6). */
export async function requireIndependentOf(tx: Tx, personId: string, findingId: string): Promise<void> {
  const [own] = await tx.$queryRaw<{ own: boolean }[]>`
    SELECT EXISTS (
      SELECT 1 FROM agent a WHERE (a.owner_id = ${personId} OR a.sponsor_id = ${personId}) AND (
        (f.subject_kind = 'agent' AND a.id = f.subject_id)
        OR (f.subject_kind = 'grant' AND a.id = (SELECT g.agent_id FROM access_grant g WHERE g.id = f.subject_id))
        OR (f.subject_kind = 'session' AND a.id = (SELECT s.agent_id FROM session s WHERE s.id = f.subject_id)))
    ) OR EXISTS (
      SELECT 1 FROM access_grant g WHERE f.subject_kind = 'grant' AND g.id = f.subject_id AND g.created_by_id = ${personId}
    ) OR EXISTS (
      SELECT 1 FROM resource r WHERE f.subject_kind = 'resource' AND r.id = f.subject_id AND r.owner_id = ${personId}
    ) AS own
    FROM finding f WHERE f.id = ${findingId}`;
  if (!own) throw notFound('There is no such finding.');
  if (own.own) throw forbidden('You answer for what was found: somebody independent has to settle it.');
}

/** open → `state`, or `conflict`. `note` is kept in the details under the state's name. */
export async function settle(
  tx: Tx,
  context: Context,
  id: string,
  state: 'accepted' | 'resolved',
  note: Record<string, string | null>,
): Promise<{ summary: string }> {
  const now = context.clock.now();
  const [settled] = await tx.$queryRaw<{ summary: string }[]>`
    UPDATE finding SET state = ${state}, resolved_at = ${now},
      details = details || jsonb_build_object(${state}::text, ${JSON.stringify(note)}::jsonb)
    WHERE id = ${id} AND state = 'open' RETURNING summary`;
  if (settled) return settled;
  const known = await tx.finding.findUnique({ where: { id }, select: { state: true } });
  throw known ? conflict(`The finding is ${known.state} already.`) : notFound('There is no such finding.');
}
