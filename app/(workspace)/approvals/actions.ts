'use server';

import { approveRequest, denyRequest } from '#lib/approvals/index';
import type { FormState } from '../../../components/ui/form-state.ts';
import { runAction } from '../../_server/action.ts';
import { fieldOf, numberOf, textOf } from '../../_server/form.ts';

export async function approve(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    await approveRequest(context, {
      id: fieldOf(form, 'id'),
      reason: textOf(form, 'reason'),
      dwellMs: numberOf(form, 'dwellMs'),
    });
    return { message: 'Approved. The gateway may run it once, exactly as shown.' };
  });
}

export async function deny(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    await denyRequest(context, {
      id: fieldOf(form, 'id'),
      reason: fieldOf(form, 'reason'),
      dwellMs: numberOf(form, 'dwellMs'),
    });
    return { message: 'Denied. The agent gets your reason.' };
  });
}
