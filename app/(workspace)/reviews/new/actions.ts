'use server';

import { createCampaign, type Every } from '#lib/reviews/index';
import type { FormState } from '../../../../components/ui/form-state.ts';
import { runAction } from '../../../_server/action.ts';
import { textOf } from '../../../_server/form.ts';
import { campaignTermsOf } from '../_components/campaign-fields.ts';

export async function create(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const { id } = await createCampaign(context, {
      ...campaignTermsOf(form, context.clock.now()),
      repeats: textOf(form, 'repeats') as Every | undefined,
    });
    return { message: 'Set up. Look at the preview, then launch.', data: { id } };
  });
}
