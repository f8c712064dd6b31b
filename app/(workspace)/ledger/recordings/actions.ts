'use server';

import { deleteRecording, setLegalHold } from '#lib/retention/index';
import type { FormState } from '../../../../components/ui/form-state.ts';
import { runAction } from '../../../_server/action.ts';
import { environment } from '../../../_server/environment.ts';
import { fieldOf } from '../../../_server/form.ts';
import { recordingStores } from '../../../_server/recordings.ts';

export async function hold(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    await setLegalHold(context, { ...asked(form), hold: true });
    return { message: 'The recording is under legal hold.' };
  });
}

export async function release(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    await setLegalHold(context, { ...asked(form), hold: false });
    return { message: 'The hold is released.' };
  });
}

export async function remove(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    await deleteRecording(context, asked(form), await recordingStores(), environment().packDays);
    return { message: 'Deleted: its key is destroyed.' };
  });
}

function asked(form: FormData) {
  return { sessionId: fieldOf(form, 'sessionId'), reason: fieldOf(form, 'reason') };
}
