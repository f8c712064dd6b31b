'use server';

import type { MaskKind } from '#lib/masking/model';
import { type MaskOptions, maskOptionNames } from '#lib/masking/schema';
import { proposeChange } from '#lib/proposals/index';
import {
  changeResource,
  createMask,
  createResource,
  type ResourceKind,
  type ResourceTest,
  testResource,
} from '#lib/resources/index';
import type { Answer, FormState } from '../../../components/ui/form-state.ts';
import { answerFor, runAction } from '../../_server/action.ts';
import { doneOrProposed } from '../../_server/consent.ts';
import { fieldOf, textOf } from '../../_server/form.ts';
import { sealingKey } from '../../_server/recordings.ts';
import { secretsOf, termsOf } from './resource-form-data.ts';

export async function create(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const kind: ResourceKind = 'postgres';
    const secrets = secretsOf(form);
    const input = { name: fieldOf(form, 'name'), kind, ...termsOf(form), ...secrets };
    const { id } = await createResource(context, input, await keyFor(secrets));
    return {
      message: 'The resource is known. What is secret is sealed and can’t be read back.',
      data: { id },
    };
  });
}

export async function change(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const secrets = secretsOf(form);
    const input = { resourceId: fieldOf(form, 'resourceId'), ...termsOf(form), ...secrets };
    await changeResource(context, input, await keyFor(secrets));
    return { message: 'Changed. It counts from the next session on; test it now.' };
  });
}

/** The sealing key, where there is something to seal. */
async function keyFor({ password, tlsKey }: ReturnType<typeof secretsOf>) {
  return password || tlsKey ? await sealingKey() : null;
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
export async function test(resourceId: string): Promise<Answer<ResourceTest>> {
  return answerFor(async (context) => testResource(context, resourceId, await sealingKey()));
}
