import type { Context } from '#lib/auth/context';
import { requireKind } from '#lib/auth/require-kind';
import type { Tx } from '#lib/db/client';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { finders } from './finders.ts';
import { upsertFindings } from './open-finding.ts';

/** Runs every finder, each in its own transaction: opens what is new, resolves what is gone. Actor: job. */
export async function findAll(context: Context): Promise<{ opened: number; resolved: number }> {
  requireKind(context.actor, 'job');
  let opened = 0;
  let resolved = 0;
  for (const finder of finders) {
    await transaction(context.db, async (tx) => {
      const found = await finder.find(tx, context.clock.now());
      const results = await upsertFindings(tx, context, found);
      opened += results.filter((one) => one.opened).length;
      resolved += await resolveGone(
        tx,
        context,
        finder.kind,
        found.map((one) => `${one.subjectKind} ${one.subjectId}`),
      );
    });
  }
  return { opened, resolved };
}

async function resolveGone(
  tx: Tx,
  context: Context,
  kind: string,
  still: readonly string[],
): Promise<number> {
  const now = context.clock.now();
  const gone = await tx.$queryRaw<{ id: string }[]>`
    UPDATE finding SET state = 'resolved', resolved_at = ${now}
    WHERE kind = ${kind} AND state = 'open' AND NOT (subject_kind || ' ' || subject_id = ANY (${still}::text[]))
    RETURNING id`;
  if (gone.length === 0) return 0;
  await appendEntry(tx, {
    actor: context.actor,
    action: 'finding.resolved',
    subject: { kind: 'finding', id: gone.length === 1 ? (gone[0]?.id ?? '') : kind },
    summary: `No longer so: ${kind}${gone.length === 1 ? '' : ` (${gone.length} times)`}`,
    payload: { kind, findings: gone.map((one) => one.id) },
    at: now,
  });
  return gone.length;
}
