'use server';

import { createIssuer, endIssuer } from '#lib/agents/index';
import { type Role, roles } from '#lib/auth/actor';
import { changeGroup, changePerson, createGroup, createPerson } from '#lib/people/index';
import type { FormState } from '../../../components/ui/form-state.ts';
import { runAction } from '../../_server/action.ts';
import { fieldOf, textOf, textsOf } from '../../_server/form.ts';

const rolesOf = (form: FormData): Role[] => roles.filter((role) => textsOf(form, 'roles').includes(role));

export async function addPerson(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    await createPerson(context, {
      name: fieldOf(form, 'name'),
      email: fieldOf(form, 'email'),
      roles: rolesOf(form),
      groupIds: textsOf(form, 'groupIds'),
    });
    return { message: 'They may sign in now, by the organisation’s own sign-in.' };
  });
}

export async function editPerson(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    await changePerson(context, {
      personId: fieldOf(form, 'personId'),
      roles: rolesOf(form),
      groupIds: textsOf(form, 'groupIds'),
      left: form.get('left') === 'on',
    });
    return { message: 'Changed. It counts from their next click on.' };
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
    await changeGroup(context, { groupId: fieldOf(form, 'groupId'), personIds: textsOf(form, 'personIds') });
    return { message: 'Changed.' };
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
