import type { GrantRow } from '#lib/grants/model';

const verbs: Readonly<Record<string, string>> = {
  read: 'read',
  write: 'write',
  schema: 'change the structure of',
  execute: 'run functions in',
  admin: 'administer',
  egress: 'send data out of',
};

/** "migrator may read and write 14 tables in shop; it has used 3" */
export function grantSentence(
  grant: Pick<GrantRow, 'agent' | 'resource' | 'actions' | 'scope' | 'permissions'>,
): string {
  const may = joined(grant.actions.map((action) => verbs[action] ?? action));
  const what = grant.scope.includes('*') ? 'everything' : joined(grant.scope);
  const { used, total } = grant.permissions ?? { used: 0, total: 0 };
  const use =
    total === 0 ? '' : `; it has used ${used} of ${total} ${total === 1 ? 'permission' : 'permissions'}`;
  return `${grant.agent.name} may ${may} ${what} in ${grant.resource.name}${use}`;
}

function joined(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
