'use server';

import { decideAccessRequest, requestAccess } from '#lib/access-requests/index';
import type { Action } from '#lib/policies/model';
import type { FormState } from '../../../../components/ui/form-state.ts';
import { runAction } from '../../../_server/action.ts';
import { fieldOf, listOf, numberOf, textOf, textsOf } from '../../../_server/form.ts';

// The verbs check every value; the casts only name what is allowed.

export async function ask(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const { id, joined } = await requestAccess(context, {
      agentId: fieldOf(form, 'agentId'),
      resourceId: fieldOf(form, 'resourceId'),
      actions: textsOf(form, 'actions') as Action[],
      scope: listOf(form, 'scope'),
      reason: fieldOf(form, 'reason'),
      durationSeconds: numberOf(form, 'durationSeconds') ?? 0,
    });
    const message = joined
      ? 'The same is asked for already; it waits.'
      : 'Asked. Somebody independent answers.';
    return { message, data: { id } };
  });
}

export async function decide(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const requestId = fieldOf(form, 'requestId');
    if (fieldOf(form, 'answer') === 'deny') {
      await decideAccessRequest(context, { requestId, answer: 'deny', reason: fieldOf(form, 'reason') });
      return { message: 'Denied. The agent gets your reason.' };
    }
    await decideAccessRequest(context, {
      requestId,
      answer: 'approve',
      ...(textOf(form, 'reason') ? { reason: fieldOf(form, 'reason') } : {}),
      ...(form.has('scope') ? { narrower: narrowerOf(form) } : {}),
    });
    return { message: 'Approved. The grant stands, and ends by itself.' };
  });
}

function narrowerOf(form: FormData) {
  return {
    actions: textsOf(form, 'actions') as Action[],
    scope: listOf(form, 'scope'),
    durationSeconds: numberOf(form, 'durationSeconds') ?? 0,
  };
}
