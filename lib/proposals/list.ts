import type { Context } from '#lib/auth/context';
import { may, requirePermission } from '#lib/auth/require-permission';
import { parseInput } from '#lib/core/input';
import type { Proposal } from '#lib/db/generated/client';
import { personRef } from '#lib/people/index';
import type { Effect, ProposalKind, ProposalRow, ProposalState } from './model.ts';
import { type ProposalFilter, proposalFilter } from './schema.ts';
import { whyNotSecond } from './second-admin.ts';

/** Proposed changes of people, roles and masks: those that wait first, then the newest. */
export async function listProposals(
  context: Context,
  filter: ProposalFilter = {},
): Promise<readonly ProposalRow[]> {
  requirePermission(context.actor, 'settings.read');
  const { state, limit } = parseInput(proposalFilter, filter);
  const newest = { orderBy: { id: 'desc' as const }, take: limit };
  const found = state
    ? await context.db.proposal.findMany({ where: { state }, ...newest })
    : [
        ...(await context.db.proposal.findMany({ where: { state: 'pending' }, ...newest })),
        ...(await context.db.proposal.findMany({ where: { state: { not: 'pending' } }, ...newest })),
      ].slice(0, limit);
  const ids = found.flatMap(({ proposedById, decidedById }) => [proposedById, decidedById ?? proposedById]);
  const people = await context.db.person.findMany({
    where: { id: { in: [...new Set(ids)] } },
    select: { id: true, name: true, leftAt: true },
  });
  const person = (id: string | null) => personRef(people.find((one) => one.id === id) ?? null);
  return found.map((row) => rowOf(context, row, person));
}

/** How many wait for this person's consent. */
export async function countProposals(context: Context): Promise<number> {
  const { db, actor, clock } = context;
  if (actor.kind !== 'person' || !may(actor, 'access.change')) return 0;
  return db.proposal.count({
    where: {
      state: 'pending',
      expiresAt: { gt: clock.now() },
      proposedById: { not: actor.id },
      NOT: { concerns: { has: actor.id } },
    },
  });
}

function rowOf(
  { actor, clock }: Context,
  row: Proposal,
  person: (id: string | null) => ProposalRow['proposedBy'],
): ProposalRow {
  const open = row.state === 'pending' && row.expiresAt > clock.now();
  const decides = open && actor.kind === 'person' && may(actor, 'access.change');
  const whyNot = decides ? whyNotSecond(actor, row) : null;
  const isProposer = decides && row.proposedById === actor.id;
  return {
    id: row.id,
    kind: row.kind as ProposalKind,
    title: row.title,
    effects: row.effects as unknown as readonly Effect[],
    reason: row.reason,
    state: row.state === 'pending' && !open ? 'expired' : (row.state as ProposalState),
    proposedBy: person(row.proposedById),
    decidedBy: person(row.decidedById),
    decisionReason: row.decisionReason,
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
    decidedAt: row.decidedAt,
    may: {
      consent: decides && whyNot === null,
      decline: decides && !isProposer,
      withdraw: isProposer,
      whyNot,
    },
  };
}
