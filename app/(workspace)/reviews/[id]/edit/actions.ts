'use server';

import { changeDraft, discardDraft } from '#lib/reviews/index';
import type { FormState } from '../../../../../components/ui/form-state.ts';
import { runAction } from '../../../../_server/action.ts';
import { fieldOf } from '../../../../_server/form.ts';
import { campaignTermsOf } from '../../_components/campaign-fields.ts';

export async function change(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const campaignId = fieldOf(form, 'campaignId');
    await changeDraft(context, { ...campaignTermsOf(form, context.clock.now()), campaignId });
    return { message: 'Changed. Look at the preview, then launch.', data: { id: campaignId } };
  });
}

export async function discard(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    await discardDraft(context, {
      campaignId: fieldOf(form, 'campaignId'),
      reason: fieldOf(form, 'reason'),
    });
    return { message: 'Discarded. It stays to be seen, with the reason.' };
  });
}
