'use server';

import { z } from 'zod';
import { CountersignError, invalid } from '#lib/core/errors';
import {
  acceptException,
  acceptRemoval,
  answerSpotCheck,
  assignSpotCheck,
  decideItem,
  decideItems,
  delegateItem,
  drawSpotChecks,
  type Generalisation,
  type ItemChoice,
  launchCampaign,
  proposeReduction,
  type ReductionProposal,
  signCampaign,
} from '#lib/reviews/index';
import type { Answer, FormState } from '../../../components/ui/form-state.ts';
import { answerFor, provenAt, runAction } from '../../_server/action.ts';
import { dayEndOf, fieldOf, numberOf, textOf, textsOf } from '../../_server/form.ts';
import { packKeeping } from '../../_server/signing.ts';

const actionNames = ['read', 'write', 'schema', 'execute', 'admin', 'egress'] as const;
const terms = z.object({ actions: z.array(z.enum(actionNames)), scope: z.array(z.string()) });

function termsOf(form: FormData) {
  const text = textOf(form, 'reducedTo');
  if (text === undefined) return undefined;
  try {
    const { actions, scope } = terms.parse(JSON.parse(text));
    return { actions, scope };
  } catch {
    throw invalid('The smaller grant did not arrive whole. Open the item anew.');
  }
}

export async function decide(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const result = await decideItem(context, {
      itemId: fieldOf(form, 'itemId'),
      choice: fieldOf(form, 'choice') as ItemChoice,
      reason: textOf(form, 'reason'),
      reducedTo: termsOf(form),
      dwellMs: numberOf(form, 'dwellMs'),
      evidenceOpened: fieldOf(form, 'evidenceOpened').split('\n').filter(Boolean),
    });
    return { message: `Recorded: the item is ${result.state.replace('_', ' ')}.` };
  });
}

/** Approves what policy allows in bulk; a result for each. */
export async function approveMany(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const dwellMs = numberOf(form, 'dwellMs');
    const results = await decideItems(
      context,
      textsOf(form, 'itemId').map((itemId) => ({
        itemId,
        choice: 'approve',
        reason: textOf(form, 'reason'),
        dwellMs,
      })),
    );
    const refused = results.filter((result) => !result.ok);
    const done = results.length - refused.length;
    if (refused.length === 0) return { message: `${done} approved.` };
    const details = results.flatMap((result, place) =>
      result.ok ? [] : { at: `${place + 1}. chosen`, message: result.message },
    );
    const why = details.length === 1 ? ` ${details[0]?.message}` : '';
    throw new CountersignError('conflict', `${done} approved, ${refused.length} not:${why}`, { details });
  });
}

export async function propose(
  itemId: string,
  generalisation: Generalisation,
): Promise<Answer<ReductionProposal>> {
  return answerFor((context) => proposeReduction(context, { itemId, generalisation }));
}

export async function delegate(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    await delegateItem(context, {
      itemId: fieldOf(form, 'itemId'),
      toPersonId: fieldOf(form, 'toPersonId'),
      reason: fieldOf(form, 'reason'),
    });
    return { message: 'Handed over. The trace stays with the item.' };
  });
}

export async function except(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    await acceptException(context, {
      campaignId: fieldOf(form, 'campaignId'),
      itemId: textOf(form, 'itemId'),
      grantId: textOf(form, 'grantId'),
      reason: fieldOf(form, 'reason'),
      endsAt: dayEndOf(form, 'endsAt') ?? new Date(Number.NaN),
    });
    return { message: 'Accepted as an exception, with its end.' };
  });
}

/** The order was carried out, or taken, in the system where the grant stands. */
export async function confirmRemoval(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    await acceptRemoval(context, {
      removalId: fieldOf(form, 'removalId'),
      reference: fieldOf(form, 'reference'),
      note: textOf(form, 'note'),
    });
    return { message: 'Recorded. The next reading of the source proves whether it is gone.' };
  });
}

export async function launch(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const { items } = await launchCampaign(context, fieldOf(form, 'campaignId'));
    return { message: `Launched: ${items} grants are frozen with their evidence.` };
  });
}

export async function sign(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const signedInAt = await provenAt();
    await signCampaign(
      context,
      { campaignId: fieldOf(form, 'campaignId'), signedInAt, memo: textOf(form, 'memo') },
      await packKeeping(),
    );
    return { message: 'Signed. Nothing in this campaign can change any more.' };
  });
}

export async function drawChecks(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const { drawn, keeps, withoutChecker } = await drawSpotChecks(context, {
      campaignId: fieldOf(form, 'campaignId'),
    });
    const nobody = withoutChecker > 0 ? ` Name somebody for ${withoutChecker} of them.` : '';
    return { message: `${drawn} of ${keeps} kept items drawn.${nobody}` };
  });
}

export async function assignCheck(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    await assignSpotCheck(context, {
      itemId: fieldOf(form, 'itemId'),
      toPersonId: fieldOf(form, 'toPersonId'),
      reason: fieldOf(form, 'reason'),
    });
    return { message: 'Named.' };
  });
}

export async function answerCheck(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    await answerSpotCheck(context, {
      itemId: fieldOf(form, 'itemId'),
      outcome: fieldOf(form, 'outcome') as 'agree' | 'disagree',
      reason: textOf(form, 'reason'),
      dwellMs: numberOf(form, 'dwellMs'),
    });
    return { message: 'Recorded.' };
  });
}
