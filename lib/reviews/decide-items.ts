import type { Context } from '#lib/auth/context';
import { requirePerson } from '#lib/auth/require-kind';
import { CountersignError, invalid, isCountersignError } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import { bulkItemsMax } from '#lib/core/limits';
import { type DecideItem, decideItem } from './decide-item.ts';
import { keepItems } from './keep-items.ts';
import type { BulkResult } from './results.ts';
import { bulkInput } from './schema.ts';

/**
 * At most 100 answers, no item twice: a result for each, in the order asked, and one that is refused
 * does not keep the others. Keeping in bulk is only for items that policy allows; taking away is
 * allowed for all, each in a transaction of its own.
 */
export async function decideItems(
  context: Context,
  inputs: readonly DecideItem[],
): Promise<readonly BulkResult[]> {
  const person = requirePerson(context.actor);
  if (inputs.length === 0) throw invalid('Choose at least one item.');
  if (inputs.length > bulkItemsMax) {
    throw new CountersignError(
      'limit',
      `At most ${bulkItemsMax} items at once; ${inputs.length} were chosen.`,
    );
  }
  const answers = parseInput(bulkInput, inputs);
  if (new Set(answers.map((one) => one.itemId)).size < answers.length)
    throw invalid('An item is chosen twice.');
  const keeps = answers.filter((one) => one.choice === 'approve' && one.reducedTo === undefined);
  const results = new Map(keeps.length > 0 ? await keepItems(context, person, keeps) : []);
  for (const input of inputs) {
    if (!results.has(input.itemId)) results.set(input.itemId, await alone(context, input));
  }
  return inputs.flatMap(({ itemId }) => results.get(itemId) ?? []);
}

async function alone(context: Context, input: DecideItem): Promise<BulkResult> {
  try {
    return { ok: true, ...(await decideItem(context, input)) };
  } catch (error) {
    if (!isCountersignError(error)) throw error;
    return { ok: false, itemId: input.itemId, code: error.code, message: error.message };
  }
}
