'use server';

import {
  changeSubscription,
  createSubscription,
  endSubscription,
  type NewSubscription,
  retryMessage,
  sendTestMessage,
} from '#lib/outbox/index';
import type { FormState } from '../../../components/ui/form-state.ts';
import { runAction } from '../../_server/action.ts';
import { fieldOf, listOf, textOf, textsOf } from '../../_server/form.ts';
import { sealingKey } from '../../_server/recordings.ts';

// The verbs check every value; the casts only name what is allowed.

type Settings = NewSubscription['settings'];
type Events = NewSubscription['events'];

function settingsOf(form: FormData): Settings {
  const channel = fieldOf(form, 'channel');
  if (channel === 'email') {
    return {
      channel,
      server: fieldOf(form, 'server').trim(),
      from: fieldOf(form, 'from').trim(),
      to: listOf(form, 'to'),
    };
  }
  const url = fieldOf(form, 'url').trim();
  if (channel === 'teams') return { channel, url };
  return { channel: 'webhook', url, secret: fieldOf(form, 'secret') };
}

/** Any field of where it goes: then all of it is set anew. */
const placeFields = ['url', 'secret', 'server', 'from', 'to'];

export async function addSubscription(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const input = {
      name: fieldOf(form, 'name'),
      settings: settingsOf(form),
      events: textsOf(form, 'events') as Events,
      privateNetwork: form.get('privateNetwork') === 'on',
    };
    await createSubscription(context, input, await sealingKey());
    return { message: 'It hears of these events from now on. Send a test to see that they arrive.' };
  });
}

export async function changeSubscriptionOf(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const anew = placeFields.some((name) => textOf(form, name) !== undefined);
    const change = {
      subscriptionId: fieldOf(form, 'subscriptionId'),
      name: fieldOf(form, 'name'),
      events: textsOf(form, 'events') as Events,
      privateNetwork: form.get('privateNetwork') === 'on',
      ...(anew ? { settings: settingsOf(form) } : {}),
    };
    await changeSubscription(context, change, await sealingKey());
    return { message: anew ? 'Changed; where it goes is set anew.' : 'Changed; where it goes stays.' };
  });
}

export async function switchSubscription(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const state = fieldOf(form, 'state') === 'paused' ? 'paused' : 'active';
    const change = { subscriptionId: fieldOf(form, 'subscriptionId'), state } as const;
    await changeSubscription(context, change, await sealingKey());
    return { message: state === 'paused' ? 'Paused: nothing goes there.' : 'It hears again, from now on.' };
  });
}

export async function testSubscription(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    await sendTestMessage(context, fieldOf(form, 'subscriptionId'));
    return { message: 'A test is on its way; what became of it stands in the messages.' };
  });
}

export async function removeSubscription(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    await endSubscription(context, fieldOf(form, 'subscriptionId'));
    return { message: 'Ended. Its address and secret are forgotten.' };
  });
}

export async function sendAgain(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    await retryMessage(context, fieldOf(form, 'messageId'));
    return { message: 'It goes out again, with the same id.' };
  });
}
