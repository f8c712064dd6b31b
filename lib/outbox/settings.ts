import { invalid } from '#lib/core/errors';
import { type SealingKey, seal, unseal } from '#lib/core/sealing';
import type { Settings } from './model.ts';
import { settingsInput } from './schema.ts';

const contextOf = (subscriptionId: string) => `subscription:${subscriptionId}`;

export function sealSettings(key: SealingKey, subscriptionId: string, settings: Settings) {
  return seal(key, Buffer.from(JSON.stringify(settings), 'utf8'), contextOf(subscriptionId));
}

export function openSettings(key: SealingKey, subscriptionId: string, sealed: Uint8Array): Settings {
  const text = unseal(key, sealed, contextOf(subscriptionId)).toString('utf8');
  return settingsInput.parse(JSON.parse(text));
}

/** What people see: a Teams address is a secret by itself, a webhook's path may hold one. */
export function destinationOf(settings: Settings): string {
  if (settings.channel === 'email') return settings.to.join(', ');
  return new URL(settings.url).host;
}

/** Without TLS only inside the company's own network, and only where an admin said so. */
export function requireProtected(settings: Settings, privateNetwork: boolean): void {
  if (settings.channel === 'email') return;
  const { protocol, username, password } = new URL(settings.url);
  if (username !== '' || password !== '') {
    throw invalid('An address with a password in it would stand in logs; sign with a secret instead.');
  }
  if (protocol === 'http:' && !privateNetwork) {
    throw invalid('Use an https address, or say that the receiver is in your own network.', [
      { at: 'settings.url', message: 'is not https' },
    ]);
  }
}
