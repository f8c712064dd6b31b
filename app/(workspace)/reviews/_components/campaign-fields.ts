import type { GrantSource } from '#lib/grants/model';
import type { ChangeDraft } from '#lib/reviews/index';
import { dayEndOf, fieldOf, textOf, textsOf } from '../../../_server/form.ts';

/** The fields of the campaign form as the verbs take them; they check every value. */
export function campaignTermsOf(form: FormData, now: Date): Omit<ChangeDraft, 'campaignId'> {
  return {
    name: fieldOf(form, 'name'),
    scope: {
      agentIds: chosen(form, 'agentIds'),
      resourceIds: chosen(form, 'resourceIds'),
      environments: chosen(form, 'environments'),
      sources: chosen(form, 'sources') as GrantSource[] | null,
      privilegedOnly: form.get('privilegedOnly') === 'on',
    },
    periodFrom: new Date(`${fieldOf(form, 'periodFrom')}T00:00:00Z`),
    periodTo: periodEnd(form, now),
    rules: {
      securityGroup: fieldOf(form, 'securityGroup'),
      fallbackPersonId: textOf(form, 'fallbackPersonId') ?? null,
      spotCheckShare: Number(fieldOf(form, 'spotCheckPercent')) / 100,
    },
    dueInBusinessDays: Number(fieldOf(form, 'dueInBusinessDays')),
    riskAnalysis: fieldOf(form, 'riskAnalysis'),
  };
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
