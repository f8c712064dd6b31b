import type { Context } from '#lib/auth/context';
import { requireKind } from '#lib/auth/require-kind';
import { requirePermission } from '#lib/auth/require-permission';
import { conflict } from '#lib/core/errors';
import { newId } from '#lib/core/ids';
import { parseInput } from '#lib/core/input';
import type { Tx } from '#lib/db/client';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import type { NewFinding } from './model.ts';
import { newFindingInput } from './schema.ts';

/**
 * Opens a finding, or marks the open one as seen again. Not opened anew while a person's acceptance of
 * the same stands. Actor: job, worker, or who runs campaigns.
 */
export async function openFinding(
  context: Context,
  input: NewFinding,
): Promise<{ id: string; opened: boolean }> {
  if (context.actor.kind === 'person') requirePermission(context.actor, 'campaign.run');
  else requireKind(context.actor, 'job', 'worker');
  const finding = parseInput(newFindingInput, input);
  return transaction(context.db, async (tx) => {
    const [result] = await upsertFindings(tx, context, [finding as NewFinding]);
    if (!result) throw conflict('A person accepted this finding; it opens again when the acceptance ends.');
    return result;
  });
}

/** The same for many of one kind: one statement, and one ledger entry for what is new. */
export async function upsertFindings(
  tx: Tx,
  context: Context,
  found: readonly NewFinding[],
): Promise<readonly { id: string; opened: boolean }[]> {
  const [first] = found;
  if (!first) return [];
  const now = context.clock.now();
  const rows = JSON.stringify(
    found.map((one) => ({
      id: newId('finding', now),
      kind: one.kind,
      subject_kind: one.subjectKind,
      subject_id: one.subjectId,
      summary: one.summary,
      details: one.details ?? {},
    })),
  );
  const results = await tx.$queryRaw<{ id: string; opened: boolean }[]>`
    INSERT INTO finding AS f (id, kind, subject_kind, subject_id, summary, details, first_seen_at, last_seen_at)
    SELECT n.id, n.kind, n.subject_kind, n.subject_id, n.summary, n.details, ${now}, ${now}
    FROM jsonb_to_recordset(${rows}::jsonb)
      AS n (id text, kind text, subject_kind text, subject_id text, summary text, details jsonb)
    WHERE NOT EXISTS (
      SELECT 1 FROM finding a WHERE a.state = 'accepted' AND a.kind = n.kind
        AND a.subject_kind = n.subject_kind AND a.subject_id = n.subject_id
        AND (a.details #>> '{accepted,until}')::timestamptz > ${now})
    ON CONFLICT (kind, subject_kind, subject_id) WHERE state = 'open'
    DO UPDATE SET last_seen_at = excluded.last_seen_at, summary = excluded.summary, details = excluded.details
    RETURNING f.id, f.first_seen_at = f.last_seen_at AND f.xmax::text = '0' AS opened`;
  const opened = results.filter((one) => one.opened);
  if (opened.length > 0) {
    await appendEntry(tx, {
      actor: context.actor,
      action: 'finding.opened',
      subject: { kind: 'finding', id: opened.length === 1 ? (opened[0]?.id ?? '') : first.kind },
      summary:
        opened.length === 1 ? `Found: ${first.summary}` : `Found ${opened.length} times: ${first.kind}`,
      payload: { kind: first.kind, findings: opened.map((one) => one.id) },
      at: now,
    });
  }
  return results;
}
