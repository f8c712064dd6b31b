import type { GrantSnapshot, GrantTermsView } from './model.ts';

const verbs: Readonly<Record<string, string>> = {
  read: 'read',
  write: 'change rows of',
  schema: 'change the structure of',
  execute: 'run functions of',
  admin: 'administer',
  egress: 'send data out of',
};

/** "migrator may read and change rows of everything in public on shop (production) until 2027-12-31." */
export function sentenceOf(
  grant: Pick<GrantSnapshot, 'agent' | 'resource' | 'actions' | 'scope' | 'endsAt'>,
): string {
  const until = grant.endsAt ? ` until ${grant.endsAt.slice(0, 10)}` : ', without an end';
  const { agent, resource } = grant;
  return `${agent.name} may ${termsSentence(grant)} on ${resource.name} (${resource.environment})${until}.`;
}

/** "read and change rows of public.orders" */
export function termsSentence(terms: Pick<GrantTermsView, 'actions' | 'scope'>): string {
  return `${joined(terms.actions.map((action) => verbs[action] ?? action))} ${joined(terms.scope.map(scopeWords))}`;
}

function scopeWords(pattern: string): string {
  if (pattern === '*') return 'everything';
  return pattern.endsWith('.*') ? `everything in ${pattern.slice(0, -2)}` : pattern;
}

export function joined(words: readonly string[]): string {
  if (words.length < 2) return words[0] ?? 'nothing';
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}

/** "30 days", "5 hours", "12 minutes": how long a window was watched. */
export function watched(window: { readonly observedFrom: string; readonly observedTo: string }): string {
  const minutes = Math.max(0, (Date.parse(window.observedTo) - Date.parse(window.observedFrom)) / 60_000);
  if (minutes >= 2 * 24 * 60) return counted(Math.floor(minutes / (24 * 60)), 'day');
  if (minutes >= 2 * 60) return counted(Math.floor(minutes / 60), 'hour');
  return counted(Math.max(1, Math.floor(minutes)), 'minute');
}
