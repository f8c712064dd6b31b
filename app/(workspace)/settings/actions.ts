'use server';

import { createIssuer, endIssuer } from '#lib/agents/index';
import { type Role, roles } from '#lib/auth/actor';
import { createGroup } from '#lib/people/index';
import { consentTo, declineProposal, proposeChange, withdrawProposal } from '#lib/proposals/index';
import type { FormState } from '../../../components/ui/form-state.ts';
import { runAction } from '../../_server/action.ts';
import { doneOrProposed } from '../../_server/consent.ts';
import { fieldOf, textOf, textsOf } from '../../_server/form.ts';

const rolesOf = (form: FormData): Role[] => roles.filter((role) => textsOf(form, 'roles').includes(role));

export async function addPerson(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const input = {
      name: fieldOf(form, 'name'),
      email: fieldOf(form, 'email'),
      roles: rolesOf(form),
      groupIds: textsOf(form, 'groupIds'),
    };
    const made = await proposeChange(context, { kind: 'person.create', input, reason: textOf(form, 'why') });
    return doneOrProposed(made, 'They may sign in now, by the organisation’s own sign-in.');
  });
}

export async function editPerson(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const input = {
      personId: fieldOf(form, 'personId'),
      roles: rolesOf(form),
      groupIds: textsOf(form, 'groupIds'),
      left: form.get('left') === 'on',
    };
    const made = await proposeChange(context, { kind: 'person.change', input, reason: textOf(form, 'why') });
    return doneOrProposed(made, 'Changed. It counts from their next click on.');
  });
}

export async function addGroup(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    await createGroup(context, { name: fieldOf(form, 'name') });
    return { message: 'The group is there; add people to it.' };
  });
}

export async function editGroup(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const input = { groupId: fieldOf(form, 'groupId'), personIds: textsOf(form, 'personIds') };
    const made = await proposeChange(context, { kind: 'group.change', input, reason: textOf(form, 'why') });
    return doneOrProposed(made, 'Changed.');
  });
}

export async function consent(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const { state } = await consentTo(context, { proposalId: fieldOf(form, 'proposalId') });
    return {
      message:
        state === 'done'
          ? 'Consented: the change is made.'
          : 'Consented: the next run of countersign apply with this file makes it.',
    };
  });
}

export async function decline(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    await declineProposal(context, {
      proposalId: fieldOf(form, 'proposalId'),
      reason: fieldOf(form, 'reason'),
    });
    return { message: 'Declined. Nothing was changed.' };
  });
}

export async function withdraw(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    await withdrawProposal(context, {
      proposalId: fieldOf(form, 'proposalId'),
      reason: fieldOf(form, 'reason'),
    });
    return { message: 'Taken back.' };
  });
}

export async function addIssuer(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    await createIssuer(context, {
      name: fieldOf(form, 'name'),
      issuer: fieldOf(form, 'issuer'),
      audience: fieldOf(form, 'audience'),
      jwksUri: textOf(form, 'jwksUri') ?? null,
      singleUse: form.get('singleUse') === 'on',
    });
    return { message: 'Its tokens are accepted for agents that name it.' };
  });
}

export async function removeIssuer(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    await endIssuer(context, { issuerId: fieldOf(form, 'issuerId'), reason: fieldOf(form, 'reason') });
    return { message: 'Its tokens are refused from now on.' };
  });
}
