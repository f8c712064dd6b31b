import { newId } from '#lib/core/ids';
import type { Tx } from '#lib/db/client';
import type { Routed } from '../routing.ts';
import type { AssembledItem } from './assemble.ts';

/** Rows of one INSERT: bounds the memory of a launch, and the size of one parameter. */
const chunkRows = 500;

export interface NewItem extends AssembledItem {
  readonly id: string;
  readonly position: number;
  readonly routed: Routed;
}

const changeRank = { new: 0, changed: 1, unchanged: 2 } as const;

/** The queue's order: what changed since the last certification first, then risk, then names. */
export function inQueueOrder(
  items: readonly (AssembledItem & { readonly routed: Routed })[],
  now: Date,
): readonly NewItem[] {
  return [...items]
    .sort(
      (a, b) =>
        changeRank[a.change] - changeRank[b.change] ||
        Number(b.privileged) - Number(a.privileged) ||
        Number(b.evidence.totals.unused > 0) - Number(a.evidence.totals.unused > 0) ||
        compare(a.evidenceGroup, b.evidenceGroup) ||
        compare(a.grant.agent.name, b.grant.agent.name) ||
        compare(a.grant.id, b.grant.id),
    )
    .map((item, index) => ({ ...item, id: newId('item', now), position: index + 1 }));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Writes items and their reviewers, set by set. */
export async function writeItems(
  tx: Tx,
  campaignId: string,
  items: readonly NewItem[],
  now: Date,
): Promise<void> {
  for (let from = 0; from < items.length; from += chunkRows) {
    const chunk = items.slice(from, from + chunkRows);
    const rows = JSON.stringify(
      chunk.map((item) => ({
        id: item.id,
        campaign_id: campaignId,
        grant_id: item.grant.id,
        sentence: item.sentence,
        grant_snapshot: item.grant,
        evidence: item.evidence,
        evidence_hash: item.evidenceHash,
        privileged: item.privileged,
        unused_permissions: item.evidence.totals.unused,
        used_permissions: item.evidence.totals.used,
        recommendation: item.recommendation,
        recommendation_reasons: item.reasons,
        state: 'open',
        position: item.position,
        change: item.change,
        evidence_group: item.evidenceGroup,
      })),
    );
    await tx.$executeRaw`
      INSERT INTO campaign_item SELECT * FROM json_populate_recordset(NULL::campaign_item, ${rows}::json)`;
    const reviewers = JSON.stringify(
      chunk.flatMap((item) =>
        item.routed.assignments.map(({ person, duty }) => ({
          item_id: item.id,
          person_id: person.id,
          duty,
          created_at: now.toISOString(),
        })),
      ),
    );
    await tx.$executeRaw`
      INSERT INTO item_reviewer SELECT * FROM json_populate_recordset(NULL::item_reviewer, ${reviewers}::json)`;
  }
}
