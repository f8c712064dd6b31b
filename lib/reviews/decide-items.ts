import type { Context } from '#lib/auth/context';
import { CountersignError, invalid, isCountersignError } from '#lib/core/errors';
import { bulkItemsMax } from '#lib/core/limits';
import { type DecideItem, decideItem } from './decide-item.ts';
import type { BulkResult, Recommendation } from './model.ts';
import { bulkAllowed } from './rules.ts';

/**
 * At most 100 answers, each on its own: a result for every one, in the order asked. Keeping in bulk is
 * only for items that policy allows; taking away is allowed for all.
 */
export async function decideItems(
  context: Context,
  inputs: readonly DecideItem[],
): Promise<readonly BulkResult[]> {
  if (inputs.length === 0) throw invalid('Choose at least one item.');
  if (inputs.length > bulkItemsMax) {
    throw new CountersignError(
      'limit',
      `At most ${bulkItemsMax} items at once; ${inputs.length} were chosen.`,
    );
  }
  const items = await context.db.campaignItem.findMany({
    where: { id: { in: inputs.map((one) => one.itemId) } },
    select: { id: true, privileged: true, unusedPermissions: true, recommendation: true },
  });
  const allowed = new Set(
    items
      .filter((item) => bulkAllowed({ ...item, recommendation: item.recommendation as Recommendation }))
      .map((item) => item.id),
  );
  const results: BulkResult[] = [];
  for (const input of inputs) {
    try {
      if (input.choice === 'approve' && !allowed.has(input.itemId)) {
        throw invalid(
          'This item is decided on its own: it is privileged, has unused permissions, or is not recommended.',
        );
      }
      results.push({ ok: true, ...(await decideItem(context, input)) });
    } catch (error) {
      if (!isCountersignError(error)) throw error;
      results.push({ ok: false, itemId: input.itemId, code: error.code, message: error.message });
    }
  }
  return results;
}
