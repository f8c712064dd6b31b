import type { ApprovalRow } from '#lib/approvals/model';

export interface InboxRow {
  readonly row: ApprovalRow;
  /** It waited when the list was opened and does not any more: it keeps its place until then. */
  readonly settled: boolean;
}

/**
 * Nothing moves under the cursor: rows keep the place that they were first seen in, new ones come
 * at the end, and settled ones stay, marked.
 */
export function keepOrder(before: readonly InboxRow[], rows: readonly ApprovalRow[]): readonly InboxRow[] {
  const fresh = new Map(rows.map((row) => [row.id, row]));
  const kept = before.map<InboxRow>(({ row }) => {
    const now = fresh.get(row.id);
    return now ? { row: now, settled: false } : { row, settled: true };
  });
  const known = new Set(before.map(({ row }) => row.id));
  const added = rows.filter((row) => !known.has(row.id)).map<InboxRow>((row) => ({ row, settled: false }));
  return [...kept, ...added];
}
