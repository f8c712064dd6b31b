import { digestOf, type Json } from '#lib/core/canonical-json';
import { isObserved } from '#lib/grants/model';
import type { StoredEvidence } from '../evidence.ts';
import type { Coverage, EvidenceLink, GrantSnapshot, ItemChange, PermissionEvidence } from '../model.ts';
import { recommend } from '../recommend.ts';
import { isPrivileged } from '../rules.ts';
import { counted, sentenceOf } from '../sentence.ts';
import { type ExpandedPermission, expandGrant } from './expand.ts';
import type { Gathered, PreviousRow, UsageRow } from './gather.ts';

const dayMs = 24 * 60 * 60 * 1000;
const recentMax = 3;

/** One item as it will be written. */
export interface AssembledItem {
  readonly grant: GrantSnapshot;
  readonly sentence: string;
  readonly evidence: StoredEvidence;
  readonly evidenceHash: string;
  readonly evidenceGroup: string;
  readonly privileged: boolean;
  readonly recommendation: string;
  readonly reasons: readonly string[];
  readonly change: ItemChange;
}

/** Makes a grant's item from what was gathered. Pure; `expansions` keeps what grants have in common. */
export function assembleItem(
  grant: GrantSnapshot,
  gathered: Gathered,
  period: { readonly from: Date; readonly to: Date },
  expansions: Map<string, readonly ExpandedPermission[]>,
): AssembledItem {
  const evidence = evidenceFor(grant, gathered, period, expansions);
  const advice = recommend(grant, { ...evidence, permissions: evidence.seen });
  return {
    grant,
    sentence: sentenceOf(grant),
    evidence,
    evidenceHash: digestOf(evidence as unknown as Json),
    evidenceGroup: groupOf(grant, evidence, advice.recommendation),
    privileged: isPrivileged(grant.actions, grant.resource.environment),
    recommendation: advice.recommendation,
    reasons: advice.reasons,
    change: changeOf(grant, evidence, gathered.previous.get(grant.id)),
  };
}

function evidenceFor(
  grant: GrantSnapshot,
  gathered: Gathered,
  period: { readonly from: Date; readonly to: Date },
  expansions: Map<string, readonly ExpandedPermission[]>,
): StoredEvidence {
  const observable = isObserved(grant.source);
  const seen = (gathered.usage.get(grant.id) ?? []).map(permissionOf);
  const used = seen.filter((one) => one.count > 0);
  const rest = expanded(grant, gathered, expansions).filter((one) => !coveredBy(one, seen));
  const attempted = seen.length - used.length;
  const sessions = gathered.sessions.get(grant.id);
  const approvals = gathered.approvals.get(`${grant.agent.id} ${grant.resource.id}`);
  const findings = ['grant', 'agent', 'resource'].flatMap(
    (kind) =>
      gathered.findings.get(`${kind} ${kind === 'grant' ? grant.id : grant[kind as 'agent'].id}`) ?? [],
  );
  return {
    version: 1,
    coverage: coverageOf(grant, gathered, period, observable),
    seen,
    unused: observable ? byAction(rest) : {},
    unobservable: observable ? {} : byAction(rest),
    totals: {
      used: used.length,
      unused: observable ? rest.length + attempted : 0,
      unobservable: observable ? 0 : rest.length + attempted,
    },
    attempts: { denied: sessions?.denied ?? 0, held: sessions?.held ?? 0 },
    approvals: {
      asked: approvals?.asked ?? 0,
      approved: approvals?.approved ?? 0,
      denied: approvals?.denied ?? 0,
      approvers: countPersons(approvals?.approvers ?? []),
    },
    findings: findings.map(({ id, kind, summary }) => ({ id, kind, summary })),
  };
}

function permissionOf(row: UsageRow): PermissionEvidence {
  const links = new Map<string, EvidenceLink>();
  for (const link of row.recent ?? []) {
    if (!links.has(link.sessionId))
      links.set(link.sessionId, { ...link, at: new Date(link.at).toISOString() });
  }
  return {
    action: row.action,
    object: row.object,
    status: row.used > 0 ? 'Used' : 'UnusedObserved',
    count: row.used,
    onlyThisGrant: row.only_this,
    denied: row.denied,
    held: row.held,
    lastAt: row.last_at?.toISOString() ?? null,
    recent: [...links.values()].slice(0, recentMax),
  };
}

function expanded(
  grant: GrantSnapshot,
  gathered: Gathered,
  expansions: Map<string, readonly ExpandedPermission[]>,
): readonly ExpandedPermission[] {
  const key = JSON.stringify([grant.resource.id, grant.actions, grant.scope]);
  const known = expansions.get(key);
  if (known) return known;
  const made = expandGrant(grant.actions, grant.scope, gathered.catalog.get(grant.resource.id) ?? []);
  expansions.set(key, made);
  return made;
}

/** A pattern stands for what it covers: use inside it is use of it. */
function coveredBy(permission: ExpandedPermission, seen: readonly PermissionEvidence[]): boolean {
  const { action, object } = permission;
  const prefix = object === '*' ? '' : object.endsWith('.*') ? object.slice(0, -1) : null;
  return seen.some(
    (one) =>
      one.action === action && (one.object === object || (prefix !== null && one.object.startsWith(prefix))),
  );
}

function byAction(permissions: readonly ExpandedPermission[]): Record<string, string[]> {
  const grouped: Record<string, string[]> = {};
  for (const { action, object } of permissions) {
    const objects = grouped[action] ?? [];
    objects.push(object);
    grouped[action] = objects;
  }
  return grouped;
}

function coverageOf(
  grant: GrantSnapshot,
  gathered: Gathered,
  period: { readonly from: Date; readonly to: Date },
  observable: boolean,
): Coverage {
  const started = new Date(grant.startsAt);
  const from = started > period.from ? started : period.from;
  const sessions = gathered.sessions.get(grant.id);
  const unknown = gathered.unknown.get(grant.id) ?? 0;
  const notes: string[] = [];
  if (!observable) notes.push(`Grants from ${grant.source} show no use here.`);
  if (started > period.from) notes.push(`The grant is younger than the period: it began on ${day(started)}.`);
  if (sessions?.interrupted)
    notes.push(`${counted(sessions.interrupted, 'session')} broke off; what came after is not recorded.`);
  if (unknown > 0) notes.push(`${counted(unknown, 'statement')} ended with an unknown outcome.`);
  return {
    observedFrom: from.toISOString(),
    observedTo: period.to.toISOString(),
    days: Math.max(0, Math.floor((period.to.getTime() - from.getTime()) / dayMs)),
    sessions: sessions?.sessions ?? 0,
    interruptedSessions: sessions?.interrupted ?? 0,
    unknownOutcomes: unknown,
    notes,
  };
}

function countPersons(people: readonly { id: string; name: string }[]) {
  const counts = new Map<string, { id: string; name: string; count: number }>();
  for (const { id, name } of people) {
    counts.set(id, { id, name, count: (counts.get(id)?.count ?? 0) + 1 });
  }
  return [...counts.values()];
}

function groupOf(grant: GrantSnapshot, evidence: StoredEvidence, recommendation: string): string {
  const used = evidence.seen.filter((one) => one.count > 0).map((one) => `${one.action} ${one.object}`);
  return digestOf({
    resource: grant.resource.id,
    actions: [...grant.actions].sort(),
    scope: [...grant.scope].sort(),
    recommendation,
    used: used.sort(),
    unused: evidence.totals.unused,
  }).slice(0, 16);
}

/** Against the last certification: terms, people and the set of used permissions. */
function changeOf(
  grant: GrantSnapshot,
  evidence: StoredEvidence,
  previous: PreviousRow | undefined,
): ItemChange {
  if (!previous) return 'new';
  const then = previous.grant_snapshot;
  const usedThen = (previous.seen ?? []).filter((one) => one.count > 0);
  const usedNow = evidence.seen.filter((one) => one.count > 0);
  const same = previous.same_grant && shape(then, usedThen) === shape(grant, usedNow);
  return same ? 'unchanged' : 'changed';
}

function shape(grant: GrantSnapshot, used: readonly { action: string; object: string }[]): string {
  return JSON.stringify([
    [...grant.actions].sort(),
    [...grant.scope].sort(),
    grant.endsAt,
    grant.agent.owner?.id ?? null,
    grant.resource.owner?.id ?? null,
    used.map((one) => `${one.action} ${one.object}`).sort(),
  ]);
}

function day(at: Date): string {
  return at.toISOString().slice(0, 10);
}
