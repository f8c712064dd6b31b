import type { Tx } from '#lib/db/client';

export interface KeptSession {
  readonly id: string;
  readonly grantIds: readonly string[];
  readonly startedAt: Date;
  readonly endedAt: Date | null;
}

/**
 * Who still needs a recording, as a sentence; null: nobody. An open campaign needs what its grants did
 * in its period; a pack needs, for `packDays` from its sign-off, the recordings that its evidence
 * points to.
 */
export async function neededBy(
  tx: Tx,
  session: KeptSession,
  packDays: number,
  now: Date,
): Promise<string | null> {
  const grantIds = [...session.grantIds];
  const ended = session.endedAt ?? now;
  const [open] = await tx.$queryRaw<{ name: string }[]>`
    SELECT c.name FROM campaign_item i JOIN campaign c ON c.id = i.campaign_id
    WHERE i.grant_id = ANY (${grantIds}) AND c.state = 'open'
      AND c.period_from <= ${ended} AND c.period_to >= ${session.startedAt}
    LIMIT 1`;
  if (open) return `The open campaign “${open.name}” needs this recording.`;
  const [signed] = await tx.$queryRaw<{ name: string }[]>`
    SELECT c.name FROM campaign_item i
      JOIN campaign c ON c.id = i.campaign_id JOIN sign_off s ON s.campaign_id = c.id
    WHERE i.grant_id = ANY (${grantIds}) AND s.at > ${now}::timestamptz - make_interval(days => ${packDays}::int)
      AND position(${session.id} IN i.evidence::text) > 0
    LIMIT 1`;
  return signed ? `The pack of “${signed.name}” points to this recording.` : null;
}
