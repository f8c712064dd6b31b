'use server';

import { endSession } from '#lib/sessions/index';
import type { FormState } from '../../../components/ui/form-state.ts';
import { runAction } from '../../_server/action.ts';
import { fieldOf } from '../../_server/form.ts';

export async function end(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const { cutId } = await endSession(context, {
      sessionId: fieldOf(form, 'sessionId'),
      reason: fieldOf(form, 'reason'),
    });
    return { message: 'The session is being ended.', data: { cutId } };
  });
}
