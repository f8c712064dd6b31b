import type { Context } from '#lib/auth/context';
import { notFound } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import { decideAgain, factsByDigest, type ReplayWorld, replayWorld } from '#lib/policies/index';
import type { Action, GrantTerms, PurposeTier } from '#lib/policies/model';
import type { KeptFacts } from '#lib/sql/kept-facts-schema';
import type { EvidenceLink, GrantTermsView } from '../model.ts';
import { replayInput } from '../schema.ts';
import { counted } from '../sentence.ts';
import { visibleItems } from '../visible.ts';
import type { ReplayResult } from './model.ts';

const refusalsShownMax = 100;
/** Facts of one statement are a few kilobytes: a batch stays in some megabytes. */
const factsBatch = 500;

export interface ReplayInput {
  readonly itemId: string;
  readonly terms: Pick<GrantTermsView, 'actions' | 'scope'>;
}

/** Statements of equal facts and purpose: decided once. */
interface FactsGroup {
  digest: string;
  tier: PurposeTier | null;
  count: number;
  text: string;
  session_id: string;
  seq: number;
  at: Date;
}

/**
 * Every statement that the item's grant allowed in the campaign's period, against other terms and
 * today's policies, by the one function that decides. Each distinct set of facts is evaluated once.
 * Row estimates are not recorded, so only grants, forbids and masks are judged, not holds.
 */
export async function replay(context: Context, input: ReplayInput): Promise<ReplayResult> {
  const { itemId, terms } = parseInput(replayInput, input);
  const item = await findItem(context, itemId);
  const groups = await factsGroups(context, item);
  const world = await replayWorld(context.db, item.agent_id, item.resource_id);
  const now = context.clock.now();
  const refusals: ReplayResult['refusals'][number][] = [];
  let unknown = 0;
  let refused = 0;
  for (let from = 0; from < groups.length; from += factsBatch) {
    const batch = groups.slice(from, from + factsBatch);
    const facts = await factsByDigest(
      context.db,
      batch.map((group) => group.digest),
    );
    for (const group of batch) {
      const statements = facts.get(group.digest);
      if (!statements) {
        unknown += group.count;
        continue;
      }
      const message = refusalOf(
        world,
        statements,
        terms as { actions: Action[]; scope: string[] },
        group.tier,
        now,
      );
      if (message === null) continue;
      refused += group.count;
      if (refusals.length < refusalsShownMax) {
        refusals.push({ link: linkOf(group), text: group.text, count: group.count, message });
      }
    }
  }
  const statements = groups.reduce((sum, group) => sum + group.count, 0);
  return {
    statements,
    distinct: groups.length,
    refused,
    unknown,
    sentence: sentenceOf(statements, refused, unknown),
    refusals,
  };
}

/** The message with which these statements would be refused under the terms alone; null: they would not be. */
function refusalOf(
  world: ReplayWorld,
  statements: readonly KeptFacts[],
  terms: { readonly actions: readonly Action[]; readonly scope: readonly string[] },
  purposeTier: PurposeTier | null,
  now: Date,
): string | null {
  const grant: GrantTerms = { id: 'gnt_replay', actions: terms.actions, scope: terms.scope, endsAt: null };
  const decision = decideAgain(world, statements, [grant], { now, purposeTier, rowEstimate: null });
  return decision.outcome === 'deny' ? (decision.message ?? 'It would be refused.') : null;
}

function sentenceOf(statements: number, refused: number, unknown: number): string {
  const missing = unknown > 0 ? `; ${counted(unknown, 'statement')} could not be replayed` : '';
  return `${counted(statements, 'statement')} replayed, ${refused.toLocaleString('en-US')} would have been refused${missing}`;
}

interface ItemTerms {
  grant_id: string;
  agent_id: string;
  resource_id: string;
  period_from: Date;
  period_to: Date;
}

async function findItem(context: Context, itemId: string): Promise<ItemTerms> {
  const [item] = await context.db.$queryRaw<ItemTerms[]>`
    SELECT i.grant_id, g.agent_id, g.resource_id, c.period_from, c.period_to
    FROM campaign_item i JOIN campaign c ON c.id = i.campaign_id JOIN access_grant g ON g.id = i.grant_id
    WHERE i.id = ${itemId} AND ${visibleItems(context.actor)}`;
  if (!item) throw notFound('There is no such item.');
  return item;
}

async function factsGroups(context: Context, item: ItemTerms): Promise<FactsGroup[]> {
  return context.db.$queryRaw<FactsGroup[]>`
    SELECT coalesce(s.facts_digest, '') AS digest, n.purpose_tier AS tier, count(*)::int AS count,
      (array_agg(s.text ORDER BY s.at DESC))[1] AS text,
      (array_agg(s.session_id ORDER BY s.at DESC))[1] AS session_id,
      (array_agg(s.seq ORDER BY s.at DESC))[1] AS seq, max(s.at) AS at
    FROM statement s JOIN session n ON n.id = s.session_id
    WHERE s.agent_id = ${item.agent_id} AND s.resource_id = ${item.resource_id}
      AND s.at >= ${item.period_from} AND s.at < ${item.period_to}
      AND s.grant_ids @> ARRAY[${item.grant_id}]::text[]
      AND s.outcome IN ('completed', 'failed', 'unknown', 'cancelled')
    GROUP BY 1, 2 ORDER BY 3 DESC, 1`;
}

function linkOf(group: FactsGroup): EvidenceLink {
  return { sessionId: group.session_id, seq: group.seq, at: group.at.toISOString() };
}
