'use server';

import { isCountersignError } from '#lib/core/errors';
import {
  checkDraft,
  createFreeze,
  endFreeze,
  type PolicyProblem,
  publishPolicies,
} from '#lib/policies/index';
import type { PolicyFile } from '#lib/policies/model';
import type { FormState } from '../../../components/ui/form-state.ts';
import { runAction } from '../../_server/action.ts';
import { actionContext } from '../../_server/context.ts';
import { dayEndOf, fieldOf, listOf, textsOf } from '../../_server/form.ts';

function filesOf(form: FormData): PolicyFile[] {
  const names = textsOf(form, 'name');
  const texts = textsOf(form, 'text');
  // A form sends line ends as CR LF; files keep LF.
  return names.map((name, index) => ({ name, text: (texts[index] ?? '').replaceAll('\r\n', '\n') }));
}

export async function publish(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const basedOn = fieldOf(form, 'basedOn');
    const { number } = await publishPolicies(context, {
      files: filesOf(form),
      reason: fieldOf(form, 'reason'),
      basedOn: basedOn === '' ? null : Number(basedOn),
    });
    return { message: `Version ${number} decides from now on.`, data: { number: String(number) } };
  });
}

/** What publishing these files would say; nothing is changed. */
export async function check(
  files: readonly PolicyFile[],
): Promise<{ readonly problems: readonly PolicyProblem[]; readonly failed: string | null }> {
  try {
    return { problems: checkDraft(await actionContext(), files).problems, failed: null };
  } catch (error) {
    return {
      problems: [],
      failed: isCountersignError(error) ? error.message : 'It could not be checked now.',
    };
  }
}

export async function freeze(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const { id } = await createFreeze(context, {
      environment: fieldOf(form, 'environment') as 'production',
      reason: fieldOf(form, 'reason'),
      endsAt: dayEndOf(form, 'endsOn') ?? new Date(Number.NaN),
      exceptions: listOf(form, 'exceptions'),
    });
    return { message: 'Frozen: only reads run there until it ends.', data: { id } };
  });
}

export async function thaw(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    await endFreeze(context, { id: fieldOf(form, 'freezeId'), reason: fieldOf(form, 'reason') });
    return { message: 'The freeze has ended.' };
  });
}
