'use server';

import {
  approveRequest,
  askQuestion,
  breakGlass,
  delegateApprovals,
  denyRequest,
  endDelegation,
  proposeNarrower,
  revealLiterals,
} from '#lib/approvals/index';
import { intentReader } from '#lib/sessions/index';
import type { Revealed } from '../../../components/approval/masked-statement.tsx';
import type { Answer, FormState } from '../../../components/ui/form-state.ts';
import { answerFor, provenAt, runAction } from '../../_server/action.ts';
import { signedInAt } from '../../_server/context.ts';
import { dayEndOf, fieldOf, numberOf, textOf } from '../../_server/form.ts';
import { recordings } from '../../_server/recordings.ts';

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

/** A question, or with a statement the proposal to send that one instead. */
export async function ask(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const id = fieldOf(form, 'id');
    const text = fieldOf(form, 'text');
    const statement = textOf(form, 'statement');
    if (statement === undefined) await askQuestion(context, { id, question: text });
    else await proposeNarrower(context, { id, note: text, statement });
    return { message: 'The agent reads it at once, and answers by sending the statement again.' };
  });
}

export async function approveAlone(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const signedInAt = await provenAt();
    await breakGlass(context, { id: fieldOf(form, 'id'), reason: fieldOf(form, 'reason'), signedInAt });
    return { message: 'Approved by you alone. A finding stands open until somebody else has looked at it.' };
  });
}

export async function delegate(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const from = textOf(form, 'from');
    await delegateApprovals(context, {
      toPersonId: fieldOf(form, 'toPersonId'),
      from: from === undefined ? context.clock.now() : new Date(`${from}T00:00:00Z`),
      until: dayEndOf(form, 'until') ?? new Date(Number.NaN),
      reason: fieldOf(form, 'reason'),
    });
    return { message: 'It stands in the ledger, and ends by itself.' };
  });
}

export async function endAbsence(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    await endDelegation(context, { absenceId: fieldOf(form, 'absenceId') });
    return { message: 'Ended.' };
  });
}

/** The statement with its masked values, from the recording: a ledger entry each time. */
export async function reveal(id: string): Promise<Answer<Revealed>> {
  return answerFor(async (context) => {
    const reader = intentReader(context.db, await recordings());
    const { text, parameters } = await revealLiterals(context, { id }, reader);
    return { text, parameters: parameters.map(({ value }) => value) };
  });
}
