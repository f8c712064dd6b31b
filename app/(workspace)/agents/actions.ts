'use server';

import { changeAgent, createAgent, endAgent, resumeAgent, suspendAgent } from '#lib/agents/index';
import { invalid } from '#lib/core/errors';
import type { FormState } from '../../../components/ui/form-state.ts';
import { runAction } from '../../_server/action.ts';
import { fieldOf, listOf, textOf } from '../../_server/form.ts';

/** `name=value`, one a line. */
function claimsOf(form: FormData): Record<string, string> {
  return Object.fromEntries(
    listOf(form, 'matchClaims').map((line) => {
      const at = line.indexOf('=');
      if (at < 1) throw invalid(`Claims: write name=value, one a line; not “${line.slice(0, 80)}”.`);
      return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    }),
  );
}

export async function create(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const { id } = await createAgent(context, {
      name: fieldOf(form, 'name'),
      ownerId: fieldOf(form, 'ownerId'),
      sponsorId: textOf(form, 'sponsorId') ?? null,
      issuerId: fieldOf(form, 'issuerId'),
      matchClaims: claimsOf(form),
      repository: textOf(form, 'repository') ?? null,
      pipeline: textOf(form, 'pipeline') ?? null,
    });
    return { message: 'The agent is known. It reaches nothing until it has a grant.', data: { id } };
  });
}

export async function change(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    await changeAgent(context, {
      agentId: fieldOf(form, 'agentId'),
      ownerId: fieldOf(form, 'ownerId'),
      sponsorId: textOf(form, 'sponsorId') ?? null,
      issuerId: fieldOf(form, 'issuerId'),
      matchClaims: claimsOf(form),
      repository: textOf(form, 'repository') ?? null,
      pipeline: textOf(form, 'pipeline') ?? null,
      orphaned: form.get('orphaned') === 'on',
    });
    return { message: 'Changed. Tokens are matched anew from the next connection on.' };
  });
}

export async function suspend(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const input = { agentId: fieldOf(form, 'agentId'), reason: fieldOf(form, 'reason') };
    const { cutId } = await suspendAgent(context, input);
    return { message: 'Suspended.', data: { cutId } };
  });
}

export async function resume(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    await resumeAgent(context, { agentId: fieldOf(form, 'agentId'), reason: fieldOf(form, 'reason') });
    return { message: 'The agent may open sessions again.' };
  });
}

export async function end(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const input = { agentId: fieldOf(form, 'agentId'), reason: fieldOf(form, 'reason') };
    const { cutId } = await endAgent(context, input);
    return { message: 'Ended, with its grants.', data: { cutId } };
  });
}
