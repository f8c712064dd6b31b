'use server';

import { approveRequest, denyRequest, revealLiterals } from '#lib/approvals/index';
import { isCountersignError } from '#lib/core/errors';
import { openRecording } from '#lib/sessions/index';
import type { FormState } from '../../../components/ui/form-state.ts';
import { runAction } from '../../_server/action.ts';
import { actionContext, signedInAt } from '../../_server/context.ts';
import { fieldOf, numberOf, textOf } from '../../_server/form.ts';
import { recordings } from '../../_server/recordings.ts';
import { report } from '../../_server/report.ts';

export async function approve(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    await approveRequest(context, {
      id: fieldOf(form, 'id'),
      reason: textOf(form, 'reason'),
      dwellMs: numberOf(form, 'dwellMs'),
      signedInAt: (await signedInAt()) ?? undefined,
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

/** The statement with its masked values, from the recording: a ledger entry each time. */
export async function reveal(
  id: string,
): Promise<
  { readonly text: string; readonly parameters: readonly (string | null)[] } | { readonly failed: string }
> {
  try {
    const context = await actionContext();
    const { text, parameters } = await revealLiterals(context, { id }, async (sessionId, seq) => {
      const page = await openRecording(context, { sessionId, from: seq, limit: 1 }, await recordings());
      const body = page.records[0]?.body;
      return body?.kind === 'intent' ? { text: body.text, parameters: body.parameters } : null;
    });
    return { text, parameters: parameters.map(({ value }) => value) };
  } catch (error) {
    return {
      failed: isCountersignError(error) ? error.message : `They could not be shown. Code ${report(error)}`,
    };
  }
}
