import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Tx } from '#lib/db/client';
import type { CompiledPolicies } from '../compiled.ts';
import type { Action, Decision, GrantTerms, HoldTerms } from '../model.ts';
import type { Differing } from './changes.ts';
import { type RecordedGroup, recordedGroups } from './recorded-groups.ts';
import { decideAgain, factsByDigest, replaySubjects } from './replay-world.ts';

/** Facts of one statement are a few kilobytes; between batches others are served. */
const batchSize = 100;

export interface Versions {
  readonly now: CompiledPolicies;
  readonly draft: CompiledPolicies;
}

/** A group decided twice. */
export interface Judged {
  readonly group: RecordedGroup;
  /** Null: the facts are not kept, or in a form that can't be read. */
  readonly known: {
    /** Null: both decide the same. */
    readonly differing: Differing | null;
    /** Statements that were decided otherwise when they ran. */
    readonly otherwise: number;
    readonly readsTime: boolean;
    readonly readsRows: boolean;
  } | null;
}

/**
 * Decides the statements of the time by both versions. Equal facts are decided once; a kind whose
 * decision reads the time or an estimate is split, and decided once for each.
 */
export async function judgeTime(
  tx: Tx,
  time: { readonly from: Date; readonly to: Date },
  versions: Versions,
): Promise<{ readonly judged: readonly Judged[]; readonly cutOff: string | null }> {
  const kinds = await recordedGroups(tx, time, null);
  const judged = await judgeAll(tx, kinds.groups, versions);
  const byTime = digestsOf(judged.filter(({ known }) => known?.readsTime));
  const byRows = digestsOf(judged.filter(({ known }) => known?.readsRows));
  const split = new Set([...byTime, ...byRows]);
  if (split.size === 0) return { judged, cutOff: kinds.cutOff };
  const parts = await recordedGroups(tx, time, { byTime, byRows });
  return {
    judged: [
      ...judged.filter(({ group }) => !split.has(group.digest)),
      ...(await judgeAll(tx, parts.groups, versions)),
    ],
    cutOff: kinds.cutOff ?? parts.cutOff,
  };
}

function digestsOf(judged: readonly Judged[]): string[] {
  return [...new Set(judged.map(({ group }) => group.digest))];
}

async function judgeAll(
  tx: Tx,
  groups: readonly RecordedGroup[],
  versions: Versions,
): Promise<readonly Judged[]> {
  const judged: Judged[] = [];
  const grants = await grantTerms(tx, groups);
  const { agents, resources } = await replaySubjects(
    tx,
    [...new Set(groups.map((group) => group.agent_id))],
    [...new Set(groups.map((group) => group.resource_id))],
  );
  // Cedar's sets are prepared for each subject: one after the other they are prepared once.
  const keyed = groups.map((group) => [subjectKey(group), group] as const);
  const ordered = keyed.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
  for (let at = 0; at < ordered.length; at += batchSize) {
    const batch = ordered.slice(at, at + batchSize);
    const facts = await factsByDigest(tx, [...new Set(batch.map(({ digest }) => digest))]);
    for (const group of batch) {
      const statements = facts.get(group.digest);
      const agent = agents.get(group.agent_id);
      const resource = resources.get(group.resource_id);
      if (!statements || !agent || !resource) {
        judged.push({ group, known: null });
        continue;
      }
      const held = group.grant_ids.flatMap((id) => grants.get(id) ?? []);
      const asked = { now: group.at, purposeTier: group.tier, rowEstimate: estimateOf(group.rows) };
      const decide = (policies: CompiledPolicies) =>
        decideAgain({ policies, agent, resource }, statements, held, asked);
      const [before, after] = [decide(versions.now), decide(versions.draft)];
      judged.push(verdict({ group, agent, resource, before, after }));
    }
    await nextTurn();
  }
  return judged;
}

function verdict(differing: Differing): Judged {
  const { group, before, after } = differing;
  const reads = [...(before.reads ?? []), ...(after.reads ?? [])];
  const asRecorded = { allow: group.allowed, hold: group.held, deny: group.denied }[before.outcome];
  return {
    group,
    known: {
      differing: verdictKey(before) === verdictKey(after) ? null : differing,
      otherwise: group.count - asRecorded,
      readsTime: reads.includes('time'),
      readsRows: reads.includes('estimate'),
    },
  };
}

/** Grants as they were while the session ran: their end did not count yet. */
async function grantTerms(tx: Tx, groups: readonly RecordedGroup[]): Promise<Map<string, GrantTerms>> {
  const ids = [...new Set(groups.flatMap((group) => group.grant_ids))];
  const rows = await tx.grant.findMany({
    where: { id: { in: ids } },
    select: { id: true, actions: true, scope: true },
  });
  return new Map(
    rows.map(({ id, actions, scope }) => [id, { id, actions: actions as Action[], scope, endsAt: null }]),
  );
}

function subjectKey(group: RecordedGroup): string {
  return `${group.agent_id} ${group.resource_id} ${group.grant_ids.join()} ${group.digest}`;
}

/** The rows that a write touched stand for the planner's guess; of one that never ran it is unknown. */
function estimateOf(rows: bigint | null): number | null {
  return rows === null ? null : Number(rows);
}

/** What counts as the same decision: the outcome, and of a hold whom it asks. */
function verdictKey({ outcome, hold }: Decision): string {
  return JSON.stringify([outcome, outcome === 'hold' && hold ? termsOf(hold) : null]);
}

function termsOf({ groups, quorum, ttlSeconds, repeat }: HoldTerms): readonly unknown[] {
  return [[...groups].sort(), quorum, ttlSeconds, repeat];
}
