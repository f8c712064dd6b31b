'use server';

import { stopped } from '#lib/core/stopped';
import {
  type Backtest,
  backtestPolicies,
  checkDraft,
  createFreeze,
  endFreeze,
  type PolicyProblem,
  publishPolicies,
} from '#lib/policies/index';
import type { PolicyFile } from '#lib/policies/model';
import type { Answer, FormState } from '../../../components/ui/form-state.ts';
import { answerFor, runAction } from '../../_server/action.ts';
import { fieldOf, listOf, momentOf, textsOf } from '../../_server/form.ts';

function filesOf(form: FormData): PolicyFile[] {
  const names = textsOf(form, 'name');
  const texts = textsOf(form, 'text');
  // A form sends line ends as CR LF; files keep LF.
  return names.map((name, index) => ({ name, text: (texts[index] ?? '').replaceAll('\r\n', '\n') }));
}

function warningText({ file, line, message }: PolicyProblem): string {
  return stopped(`Warning, ${file}:${line}: ${message}`);
}

export async function publish(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const basedOn = fieldOf(form, 'basedOn');
    const { number, warnings } = await publishPolicies(context, {
      files: filesOf(form),
      reason: fieldOf(form, 'reason'),
      basedOn: basedOn === '' ? null : Number(basedOn),
    });
    const said = [`Version ${number} decides from now on.`, ...warnings.map(warningText)];
    return { message: said.join(' '), data: { number: String(number) } };
  });
}

/** What publishing these files would say; nothing is changed. */
export async function check(files: readonly PolicyFile[]): Promise<Answer<readonly PolicyProblem[]>> {
  return answerFor((context) => checkDraft(context, files).problems);
}

/** Which recorded statements these files would decide otherwise; nothing is changed. */
export async function backtest(files: readonly PolicyFile[], days: number): Promise<Answer<Backtest>> {
  return answerFor((context) => backtestPolicies(context, { files, days }));
}

export async function freeze(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const startsAt = momentOf(form, 'startsAt');
    const { id } = await createFreeze(context, {
      environment: fieldOf(form, 'environment') as 'production',
      reason: fieldOf(form, 'reason'),
      ...(startsAt ? { startsAt } : {}),
      endsAt: momentOf(form, 'endsAt') ?? new Date(Number.NaN),
      exceptions: listOf(form, 'exceptions'),
    });
    const planned = startsAt && startsAt > new Date();
    return {
      message: planned ? 'Planned: it begins by itself.' : 'Frozen: only reads run there until it ends.',
      data: { id },
    };
  });
}

export async function thaw(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    await endFreeze(context, { id: fieldOf(form, 'freezeId'), reason: fieldOf(form, 'reason') });
    return { message: 'The freeze has ended.' };
  });
}
