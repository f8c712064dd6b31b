'use server';

import { readHolidays, setHolidays } from '#lib/reviews/index';
import type { FormState } from '../../../../components/ui/form-state.ts';
import { runAction } from '../../../_server/action.ts';
import { fieldOf } from '../../../_server/form.ts';

export async function save(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    await setHolidays(context, { holidays: readHolidays(fieldOf(form, 'holidays')) });
    return { message: 'Saved. Clocks that start from now on leave these days out.' };
  });
}
