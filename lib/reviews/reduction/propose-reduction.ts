import type { Context } from '#lib/auth/context';
import { dotted, splitName } from '#lib/core/dotted-name';
import { notFound } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import { Prisma } from '#lib/db/generated/client';
import { grantScope } from '#lib/grants/schema';
import type { Action } from '#lib/policies/model';
import type { StoredEvidence } from '../evidence.ts';
import type { GrantSnapshot, GrantTermsView } from '../model.ts';
import { proposeInput } from '../schema.ts';
import { joined, termsSentence } from '../sentence.ts';
import { visibleItems } from '../visible.ts';
import type { Generalisation, ReductionProposal } from './model.ts';
import { replay } from './replay.ts';

export interface ProposeReduction {
  readonly itemId: string;
  readonly generalisation?: Generalisation | undefined;
}

/**
 * The smallest grant that covers what was observed, with the replay that proves it. A grant is actions
 * times scope, so an action on one table is kept for all tables that stay.
 */
export async function proposeReduction(
  context: Context,
  input: ProposeReduction,
): Promise<ReductionProposal> {
  const { itemId, generalisation } = parseInput(proposeInput, input);
  const [item] = await context.db.$queryRaw<{ grant: GrantSnapshot; evidence: StoredEvidence }[]>(Prisma.sql`
    SELECT i.grant_snapshot AS grant, i.evidence FROM campaign_item i
    WHERE i.id = ${itemId} AND ${visibleItems(context.actor)}`);
  if (!item) throw notFound('There is no such item.');
  const terms = smallestTerms(item.grant, item.evidence, generalisation);
  if (terms === null) {
    const sentence = 'Nothing of it was used: the smallest grant is none. Revoke it.';
    return { terms, sentence, droppedActions: item.grant.actions, same: false, replay: null };
  }
  const droppedActions = item.grant.actions.filter((action) => !terms.actions.includes(action));
  const same = isSame(terms, item.grant);
  return {
    terms,
    sentence: sentenceFor(terms, droppedActions, same),
    droppedActions,
    same,
    replay: await replay(context, { itemId, terms }),
  };
}

/** Pure: from used permissions to actions and scope patterns; null: nothing was used. */
export function smallestTerms(
  grant: Pick<GrantSnapshot, 'actions' | 'scope' | 'endsAt'>,
  evidence: Pick<StoredEvidence, 'seen'>,
  generalisation: Generalisation,
): GrantTermsView | null {
  const used = evidence.seen.filter((one) => one.count > 0);
  if (used.length === 0) return null;
  const actions = grant.actions.filter((action) => used.some((one) => one.action === action));
  const objects = used.map(({ object }) => object);
  const scope = [
    smallestScope(objects, generalisation),
    smallestScope(objects, 'schema'),
    // More schemas than a grant can name: it stays as wide as it is.
    grant.scope,
  ].find((patterns) => grantScope.safeParse(patterns).success);
  return { actions: actions as Action[], scope: [...(scope ?? grant.scope)], endsAt: grant.endsAt };
}

function smallestScope(objects: readonly string[], generalisation: Generalisation): readonly string[] {
  const scope = new Set(objects.map((object) => patternFor(object, generalisation)));
  if (scope.has('*')) return ['*'];
  return [...scope].filter((pattern) => !coveredByOther(pattern, scope)).sort();
}

function patternFor(object: string, generalisation: Generalisation): string {
  if (object === '*') return '*';
  const parts = splitName(object);
  const schema = parts?.[0];
  // A name that can't be read, or a whole schema, is covered by the schema at least.
  if (!parts || !schema) return '*';
  const name = parts[1];
  if (!name || generalisation === 'schema') return `${dotted(schema.text)}.*`;
  return name.text === '*' && !name.quoted ? `${dotted(schema.text)}.*` : dotted(schema.text, name.text);
}

function coveredByOther(pattern: string, scope: ReadonlySet<string>): boolean {
  if (pattern.endsWith('.*')) return false;
  const schema = splitName(pattern)?.[0];
  return schema !== undefined && scope.has(`${dotted(schema.text)}.*`);
}

function isSame(terms: GrantTermsView, grant: Pick<GrantSnapshot, 'actions' | 'scope'>): boolean {
  const key = (one: Pick<GrantTermsView, 'actions' | 'scope'>) =>
    JSON.stringify([[...one.actions].sort(), [...one.scope].sort()]);
  return key(terms) === key(grant);
}

function sentenceFor(terms: GrantTermsView, dropped: readonly string[], same: boolean): string {
  if (same) return 'Everything that it allows was used: there is nothing to reduce.';
  const drops = dropped.length > 0 ? `; drops ${joined(dropped)}` : '';
  return `${termsSentence(terms)}${drops}`;
}
