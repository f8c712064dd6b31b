'use server';

import { formatCount, plural } from '#components/ui/number';
import { conflict } from '#lib/core/errors';
import { createGrant, matchingGrants, previewRevoke, reGrants, revokeGrants } from '#lib/grants/index';
import type { Action } from '#lib/policies/model';
import type { Answer, FormState } from '../../../components/ui/form-state.ts';
import type { SearchParams } from '../../../components/ui/search-params.ts';
import { answerFor, runAction } from '../../_server/action.ts';
import { actionContext } from '../../_server/context.ts';
import { dayEndOf, fieldOf, listOf, textsOf } from '../../_server/form.ts';
import { grantFilterOf } from './_components/grant-filters.ts';

export async function create(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const { id } = await createGrant(context, {
      agentId: fieldOf(form, 'agentId'),
      resourceId: fieldOf(form, 'resourceId'),
      // The verb checks every value; the type only names what is allowed.
      actions: textsOf(form, 'actions') as Action[],
      scope: listOf(form, 'scope'),
      reason: fieldOf(form, 'reason'),
      endsAt: dayEndOf(form, 'until'),
    });
    return { message: 'The grant stands. The agent may use it at once.', data: { id } };
  });
}

/** What revoking these would do, as a sentence; the reason why it can't be said otherwise. */
export async function revokeEffect(grantIds: readonly string[]): Promise<string> {
  try {
    return (await previewRevoke(await actionContext(), grantIds)).sentence;
  } catch {
    return 'The effect can’t be told now; the revoke itself will check again.';
  }
}

export async function revoke(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const grantIds = idsOf(form);
    const results = await revokeGrants(context, { grantIds, reason: fieldOf(form, 'reason') });
    const failed = results.filter((result) => !result.ok);
    const done = results.length - failed.length;
    return {
      message: failed.length === 0 ? `${done} revoked.` : `${done} revoked, ${failed.length} not.`,
      data: { results: JSON.stringify(results) },
    };
  });
}

export async function undo(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const results = await reGrants(context, { grantIds: idsOf(form) });
    const refused = results.filter((result) => !result.ok);
    const [first] = refused;
    if (first && refused.length === results.length)
      throw conflict(first.message ?? 'It can’t be taken back.');
    const made = plural(results.length - refused.length, 'grant');
    const not = first ? ` ${plural(refused.length, 'grant')} not: ${first.message}` : '';
    return {
      message: `Granted again, on the same terms: ${made}. Both steps stand in the ledger.${not}`,
    };
  });
}

/** All active grants that the list's filter finds, for the bar of the selection. */
export async function matching(
  params: SearchParams,
): Promise<Answer<{ readonly values: readonly string[]; readonly text: string }>> {
  return answerFor(async (context) => {
    const { ids, more } = await matchingGrants(context, grantFilterOf(params));
    const text = `${formatCount(ids.length)} selected${more ? ', the newest of more' : ''}`;
    return { values: ids, text };
  });
}

/** One field holds them all: thousands of fields would weigh more than what they say. */
function idsOf(form: FormData): string[] {
  return fieldOf(form, 'grantIds').split(' ').filter(Boolean);
}
