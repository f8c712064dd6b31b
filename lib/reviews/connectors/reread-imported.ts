import type { Tx } from '#lib/db/client';
import { scopeWithin } from '#lib/grants/index';
import type { RemovalProof, RemovalState } from '../model.ts';
import { counted } from '../sentence.ts';

/** A removal of an imported grant, beside the reading of its source that came after it was accepted. */
export interface ImportedRemoval {
  readonly id: string;
  readonly item_id: string;
  readonly campaign_id: string;
  readonly grant_id: string;
  readonly sentence: string;
  readonly state: RemovalState;
  readonly source: string;
  /** What the review left; null: nothing. */
  readonly keep: { readonly actions: readonly string[]; readonly scope: readonly string[] } | null;
  readonly import_id: string;
  readonly read_at: Date;
  readonly digest: string;
  /** What the source still gives of it: the grant, what took its place, and what was given anew since. */
  readonly still: readonly {
    readonly id: string;
    readonly actions: readonly string[];
    readonly scope: readonly string[];
  }[];
}

/**
 * Only a reading that is younger than the acceptance says anything; each is looked at once, what waits
 * for its proof before what is settled. Takes down that they were looked at.
 */
export async function readImported(tx: Tx, batchMax: number): Promise<readonly ImportedRemoval[]> {
  const found = await tx.$queryRaw<ImportedRemoval[]>`
    SELECT m.id, m.item_id, i.campaign_id, i.sentence, m.grant_id, m.state, g.source,
      CASE WHEN i.state = 'revoked' THEN NULL ELSE (SELECT d.reduced_to FROM item_decision d
        WHERE d.item_id = i.id AND d.decision = 'reduce' ORDER BY d.at DESC, d.id DESC LIMIT 1) END AS keep,
      r.id AS import_id, r.read_at, r.digest,
      coalesce((SELECT jsonb_agg(jsonb_build_object('id', a.id, 'actions', a.actions, 'scope', a.scope) ORDER BY a.id)
        FROM access_grant a WHERE a.agent_id = g.agent_id AND a.resource_id = g.resource_id
          AND a.source = g.source AND a.state = 'active' AND a.actions && g.actions
          AND (a.id = g.id OR a.external_id = g.external_id OR a.created_at > m.created_at)), '[]') AS still
    FROM removal m
    JOIN campaign_item i ON i.id = m.item_id
    JOIN access_grant g ON g.id = m.grant_id
    CROSS JOIN LATERAL (
      SELECT p.id, p.read_at, p.digest FROM grant_import p WHERE p.source = g.source
      ORDER BY p.read_at DESC LIMIT 1) r
    WHERE g.source <> 'countersign' AND m.state <> 'requested'
      AND r.read_at > (SELECT (x ->> 'at')::timestamptz FROM jsonb_array_elements(m.proofs) x
        WHERE x ->> 'state' = 'accepted' ORDER BY x ->> 'at' DESC LIMIT 1)
      AND m.looked_at_import IS DISTINCT FROM r.id
    ORDER BY m.state <> 'accepted', m.due_at, m.id LIMIT ${batchMax} FOR UPDATE OF m SKIP LOCKED`;
  await tx.$executeRaw`
    UPDATE removal m SET looked_at_import = x.import_id
    FROM unnest(${found.map((one) => one.id)}::text[], ${found.map((one) => one.import_id)}::text[]) AS x(id, import_id)
    WHERE m.id = x.id`;
  return found;
}

/** Pure: what the reading proves; null: what was proven before. */
export function importedStep(seen: ImportedRemoval): Omit<RemovalProof, 'at'> | null {
  const { keep } = seen;
  const over = seen.still.filter((grant) => keep === null || !within(grant, keep));
  const at = seen.read_at.toISOString();
  const data = {
    source: seen.source,
    importId: seen.import_id,
    readAt: at,
    digest: seen.digest,
    grantId: over[0]?.id ?? null,
  };
  if (over.length > 0) {
    if (seen.state === 'ineffective') return null;
    const sentence = `${seen.source}, read at ${at}, still gives it: ${counted(over.length, 'grant')} of the same access.`;
    return { state: 'ineffective', sentence, data };
  }
  if (seen.state === 'absent_on_reread') return null;
  const what = keep === null ? 'does not give it any more' : 'gives no more of it than the review left';
  return { state: 'absent_on_reread', sentence: `${seen.source}, read at ${at}, ${what}.`, data };
}

function within(
  grant: ImportedRemoval['still'][number],
  keep: NonNullable<ImportedRemoval['keep']>,
): boolean {
  return (
    grant.actions.every((action) => keep.actions.includes(action)) && scopeWithin(grant.scope, keep.scope)
  );
}
