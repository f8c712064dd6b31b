'use server';

import { createGrant, previewRevoke, reGrant, revokeGrants } from '#lib/grants/index';
import type { Action } from '#lib/policies/model';
import type { FormState } from '../../../components/ui/form-state.ts';
import { runAction } from '../../_server/action.ts';
import { actionContext } from '../../_server/context.ts';
import { dayEndOf, fieldOf, listOf, textsOf } from '../../_server/form.ts';

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
    const grantIds = textsOf(form, 'grantId');
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
    for (const grantId of textsOf(form, 'grantId')) await reGrant(context, { grantId });
    return { message: 'Granted again, on the same terms. Both steps stand in the ledger.' };
  });
}
