'use server';

import { isCountersignError } from '#lib/core/errors';
import type { MaskKind } from '#lib/masking/model';
import { type MaskOptions, maskOptionNames } from '#lib/masking/schema';
import { proposeChange } from '#lib/proposals/index';
import {
  changeResource,
  createMask,
  createResource,
  type Environment,
  type ResourceKind,
  type ResourceTest,
  type TlsMode,
  testResource,
} from '#lib/resources/index';
import type { FormState } from '../../../components/ui/form-state.ts';
import { runAction } from '../../_server/action.ts';
import { doneOrProposed } from '../../_server/consent.ts';
import { actionContext } from '../../_server/context.ts';
import { fieldOf, textOf, textsOf } from '../../_server/form.ts';
import { sealingKey } from '../../_server/recordings.ts';
import { report } from '../../_server/report.ts';

// The verbs check every value; the casts only name what is allowed.

/** What a new resource and a changed one have in common. */
function termsOf(form: FormData) {
  return {
    environment: fieldOf(form, 'environment') as Environment,
    host: fieldOf(form, 'host').trim(),
    port: Number(fieldOf(form, 'port')),
    database: textOf(form, 'database') ?? null,
    username: textOf(form, 'username') ?? null,
    tls: fieldOf(form, 'tls') as TlsMode,
    caCertificate: textOf(form, 'caCertificate') ?? null,
    durability: fieldOf(form, 'durability') === 'disk' ? ('disk' as const) : ('process' as const),
    ownerId: textOf(form, 'ownerId') ?? null,
    approverGroupIds: textsOf(form, 'approverGroupIds'),
  };
}

export async function create(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const password = textOf(form, 'password');
    const kind: ResourceKind = 'postgres';
    const input = { name: fieldOf(form, 'name'), kind, ...termsOf(form), password: password ?? null };
    const key = password === undefined ? null : await sealingKey();
    const { id } = await createResource(context, input, key);
    return { message: 'The resource is known. The password is sealed and can’t be read back.', data: { id } };
  });
}

/** An empty password leaves the sealed one; only the box forgets it. */
export async function change(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const password = textOf(form, 'password');
    const forget = form.get('removePassword') === 'on' && password === undefined;
    const input = {
      resourceId: fieldOf(form, 'resourceId'),
      ...termsOf(form),
      ...(password === undefined ? {} : { password }),
      ...(forget ? { password: null } : {}),
    };
    await changeResource(context, input, password === undefined ? null : await sealingKey());
    return { message: 'Changed. It counts from the next session on; test it now.' };
  });
}

/** Only the options that the chosen kind has a field for are in the form. */
function maskTermsOf(form: FormData) {
  const lookup = form.get('lookup') === 'equality' ? ('equality' as const) : ('none' as const);
  const said = maskOptionNames.flatMap((name): [string, string | number][] => {
    const text = textOf(form, name)?.trim();
    const isDefault = (name === 'style' && text === 'auto') || (name === 'other_use' && text === 'deny');
    if (text === undefined || isDefault) return [];
    return [[name, name !== 'to' && /^-?\d{1,12}$/.test(text) ? Number(text) : text]];
  });
  const options = Object.fromEntries(said) as MaskOptions;
  return { kind: fieldOf(form, 'kind') as MaskKind, lookup, options };
}

export async function addMask(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    await createMask(context, {
      resourceId: fieldOf(form, 'resourceId'),
      column: fieldOf(form, 'column').trim(),
      ...maskTermsOf(form),
      reason: textOf(form, 'reason') ?? null,
    });
    return { message: 'Masked from now on, also in sessions that run.' };
  });
}

export async function changeMask(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const input = { maskId: fieldOf(form, 'maskId'), ...maskTermsOf(form) };
    return doneOrProposed(await proposeChange(context, { kind: 'mask.change', input }), 'Changed.');
  });
}

export async function removeMask(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const input = { maskId: fieldOf(form, 'maskId'), reason: fieldOf(form, 'reason') };
    const made = await proposeChange(context, { kind: 'mask.end', input });
    return doneOrProposed(made, 'The column is shown as it is from now on.');
  });
}

/** Tries the connection with the gateway's own credential; a ledger entry each time. */
export async function test(resourceId: string): Promise<ResourceTest | { readonly refused: string }> {
  try {
    return await testResource(await actionContext(), resourceId, await sealingKey());
  } catch (error) {
    if (isCountersignError(error) && error.code !== 'internal') return { refused: error.message };
    return { refused: `The test could not be made. Tell an admin: ${report(error)}` };
  }
}
