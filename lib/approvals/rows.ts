import type { Actor } from '#lib/auth/actor';
import { ticketOf } from '#lib/core/ids';
import type { Tx } from '#lib/db/client';
import type { PurposeTier } from '#lib/policies/model';
import { groupsOf, involvedIn } from './involved.ts';
import type { ApprovalCard, ApprovalRow, ApprovalStateName } from './model.ts';
import { personsNeeded, whyBlocked } from './rules.ts';
import { decidersOf } from './state.ts';

const include = {
  agent: { select: { id: true, name: true } },
  resource: {
    select: {
      id: true,
      name: true,
      environment: true,
      approverGroups: { select: { group: { select: { name: true } } } },
    },
  },
  session: { select: { purpose: true, purposeTier: true } },
  answers: {
    orderBy: { at: 'asc' },
    select: { answer: true, actorKind: true, personId: true, person: { select: { name: true } } },
  },
} as const;

/** The inbox rows of these requests, in the order of the ids. */
export async function rowsOf(
  tx: Tx,
  actor: Actor,
  ids: readonly string[],
  now: Date,
): Promise<ApprovalRow[]> {
  if (ids.length === 0) return [];
  const [found, involved, memberOf] = await Promise.all([
    tx.approvalRequest.findMany({ where: { id: { in: [...ids] } }, include }),
    involvedIn(tx, ids),
    actor.kind === 'person' ? groupsOf(tx, actor.id, now) : [],
  ]);
  const byId = new Map<string, ApprovalRow>();
  for (const row of found) {
    const card = row.card as unknown as ApprovalCard;
    const state = shownState(row.state as ApprovalStateName, row.expiresAt, now);
    const approvals = row.answers.filter((one) => one.answer === 'approve');
    const blockedBecause = whyBlocked(
      actor,
      memberOf,
      {
        state,
        expiresAt: row.expiresAt,
        groups: row.groups,
        resourceGroups: row.resource.approverGroups.map((one) => one.group.name),
        involved: involved.get(row.id) ?? [],
        answeredBy: row.answers.flatMap((one) => one.personId ?? []),
      },
      now,
    );
    byId.set(row.id, {
      id: row.id,
      ticket: ticketOf(row.number),
      state,
      stateReason: row.stateReason,
      verdict: card.verdict,
      tag: card.tag,
      objects: card.objects,
      agent: row.agent,
      resource: { id: row.resource.id, name: row.resource.name, environment: row.resource.environment },
      sessionId: row.sessionId,
      seq: row.seq,
      purpose: row.session.purpose
        ? { text: row.session.purpose, tier: (row.session.purposeTier ?? 'claimed') as PurposeTier }
        : null,
      rule: card.rule.id,
      groups: row.groups,
      quorum: personsNeeded(row.quorum, row.groups),
      approvals: approvals.length,
      createdAt: row.createdAt,
      holdUntil: row.holdUntil,
      expiresAt: row.expiresAt,
      decidedAt: row.decidedAt,
      decidedBy: decidersOf(row.state, row.answers),
      usedAt: row.usedAt,
      mayDecide: blockedBecause === null,
      blockedBecause,
    });
  }
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** Past its time is expired, also before the job has said so. */
function shownState(state: ApprovalStateName, expiresAt: Date, now: Date): ApprovalStateName {
  const open = state === 'pending' || state === 'approved';
  return open && expiresAt <= now ? 'expired' : state;
}
