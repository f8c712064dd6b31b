'use server';

import { createCampaign, type Every, type GrantSource } from '#lib/reviews/index';
import type { FormState } from '../../../../components/ui/form-state.ts';
import { runAction } from '../../../_server/action.ts';
import { dayEndOf, fieldOf, textOf, textsOf } from '../../../_server/form.ts';

export async function create(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const { id } = await createCampaign(context, {
      name: fieldOf(form, 'name'),
      scope: {
        agentIds: chosen(form, 'agentIds'),
        resourceIds: chosen(form, 'resourceIds'),
        environments: chosen(form, 'environments'),
        sources: chosen(form, 'sources') as GrantSource[] | null,
        privilegedOnly: form.get('privilegedOnly') === 'on',
      },
      periodFrom: new Date(`${fieldOf(form, 'periodFrom')}T00:00:00Z`),
      periodTo: periodEnd(form, context.clock.now()),
      rules: {
        securityGroup: fieldOf(form, 'securityGroup'),
        fallbackPersonId: textOf(form, 'fallbackPersonId') ?? null,
        spotCheckShare: Number(fieldOf(form, 'spotCheckPercent')) / 100,
      },
      dueInBusinessDays: Number(fieldOf(form, 'dueInBusinessDays')),
      riskAnalysis: fieldOf(form, 'riskAnalysis'),
      repeats: textOf(form, 'repeats') as Every | undefined,
    });
    return { message: 'Set up. Look at the preview, then launch.', data: { id } };
  });
}

/** What was chosen of a list; null: nothing, which means all of it. */
function chosen(form: FormData, name: string): string[] | null {
  const values = textsOf(form, name);
  return values.length > 0 ? values : null;
}

/** The end of the chosen day, but never in the future: what has not happened can't be reviewed. */
function periodEnd(form: FormData, now: Date): Date {
  const end = dayEndOf(form, 'periodTo') ?? new Date(Number.NaN);
  return end > now ? now : end;
}
