import type { Context } from '#lib/auth/context';
import { type ItemRow, type ListItems, listItems } from '#lib/reviews/index';
import { rounded } from '../steps.ts';

const pageRows = 50;

/** Pages from the first to the last: seconds. */
export interface PageTimes {
  readonly name: string;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  readonly count: number;
}

/** Goes through a person's own queue, and through that of all items, page by page. */
export async function measurePages(
  context: Context,
  campaignId: string,
  items: number,
): Promise<readonly PageTimes[]> {
  const queues: readonly (readonly [string, ListItems])[] = [
    ['own', { campaignId, mine: true }],
    ['own, privileged', { campaignId, mine: true, privileged: true }],
    ['own, searched', { campaignId, mine: true, search: 'agent-7' }],
    ['all that the person may see', { campaignId }],
  ];
  const found: PageTimes[] = [];
  for (const [name, query] of queues) {
    const times: number[] = [];
    for (let cursor: string | undefined, page = 0; page < items / pageRows; page += 1) {
      const before = performance.now();
      const { next } = await listItems(context, { ...query, cursor, limit: pageRows });
      times.push((performance.now() - before) / 1000);
      if (next === null) break;
      cursor = next;
    }
    times.sort((a, b) => a - b);
    const at = (share: number) =>
      rounded(times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0);
    found.push({ name, p50: at(0.5), p95: at(0.95), max: at(1), count: times.length });
  }
  return found;
}

/** Everything that is the person's own. */
export async function allItems(context: Context, campaignId: string): Promise<readonly ItemRow[]> {
  const rows: ItemRow[] = [];
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const page = await listItems(context, { campaignId, mine: true, limit: 200, cursor });
    rows.push(...page.rows);
    cursor = page.next ?? undefined;
  }
  return rows;
}
