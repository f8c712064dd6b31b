import type { PolicySet } from './cedar.ts';
import { type AccessRequest, type Action, actions, type GrantTerms, type ObjectRef } from './model.ts';
import { entityOf, parseScope, scopeCovers } from './names.ts';

type Links = NonNullable<PolicySet['templateLinks']>;

/** A template for each action: a grant is one link for each of its actions and each scope's entity. */
export const grantTemplates: Readonly<Record<string, string>> = Object.fromEntries(
  actions.map((action) => [
    templateId(action),
    `permit (principal == ?principal, action in Action::"${action}", resource in ?resource);`,
  ]),
);

function templateId(action: Action): string {
  return `grant-${action}`;
}

/** The linked templates of a grant for one action. The id leads back to the grant: `grantOfLink`. */
export function linksOf(grant: GrantTerms, action: Action, agentName: string, resourceName: string): Links {
  if (!grant.actions.includes(action)) return [];
  return grant.scope
    .flatMap((pattern) => scopeObjects(pattern))
    .map((object, index) => ({
      templateId: templateId(action),
      newId: `grant:${grant.id}:${action}:${index}`,
      values: {
        '?principal': { type: 'Agent', id: agentName },
        '?resource': entityOf(resourceName, object),
      },
    }));
}

function scopeObjects(pattern: string): readonly ObjectRef[] {
  const scope = parseScope(pattern);
  if (!scope) return [];
  if (scope.kind === 'all') return [{ kind: 'resource' }];
  if (scope.kind === 'schema') return [{ kind: 'schema', schema: scope.schema }];
  const { schema, name } = scope;
  return [
    { kind: 'table', schema, name },
    { kind: 'function', schema, name },
  ];
}

/** The grant that a linked policy was made from, or null for any other policy's id. */
export function grantOfLink(policyId: string): string | null {
  const match = /^grant:(.+):[a-z]+:\d+$/.exec(policyId);
  return match?.[1] ?? null;
}

/** Does the grant alone cover the request? The same answer as Cedar's, without policies or time. */
export function covers(grant: GrantTerms, request: AccessRequest): boolean {
  if (!grant.actions.includes(request.action)) return false;
  return grant.scope.some((pattern) => {
    const scope = parseScope(pattern);
    return scope !== null && scopeCovers(scope, request.object);
  });
}

/** Has the grant not ended at `now`? */
export function isLive(grant: GrantTerms, now: Date): boolean {
  return grant.endsAt === null || grant.endsAt.getTime() > now.getTime();
}

/** "read and write on public.*", for people and agents. */
export function describeGrant(grant: Pick<GrantTerms, 'actions' | 'scope'>): string {
  return `${joined(grant.actions)} on ${joined(grant.scope)}`;
}

export function joined(words: readonly string[]): string {
  if (words.length < 2) return words[0] ?? 'nothing';
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
