'use server';

import { endSeries } from '#lib/reviews/index';
import type { FormState } from '../../../../components/ui/form-state.ts';
import { runAction } from '../../../_server/action.ts';
import { fieldOf } from '../../../_server/form.ts';

export async function end(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    await endSeries(context, { seriesId: fieldOf(form, 'seriesId'), reason: fieldOf(form, 'reason') });
    return { message: 'Ended. No further review is set up.' };
  });
}
