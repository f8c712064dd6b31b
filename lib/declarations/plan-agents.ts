import {
  endAgentIn,
  endIssuerIn,
  insertAgent,
  insertIssuer,
  reviveAgent,
  updateAgent,
  updateIssuer,
} from '#lib/agents/index';
import type { Context } from '#lib/auth/context';
import type { Tx } from '#lib/db/client';
import { appendEntry } from '#lib/ledger/append';
import { differences, type Planning, refuseTwins } from './plan-model.ts';
import { groupIdsOf, groupsThere, peopleThere, personIdOf } from './plan-people.ts';
import type { Declaration } from './schema.ts';

const gone = 'no longer declared';

export async function planIssuers(tx: Tx, planning: Planning): Promise<void> {
  const { issuers } = planning.input.file.declaration;
  refuseTwins(planning, 'issuers', issuers, ({ name }) => name, 'name');
  const found = await tx.issuer.findMany({ orderBy: { name: 'asc' } });
  const byName = new Map(found.map((issuer) => [issuer.name, issuer]));
  for (const { name, jwks, single_use: singleUse, ...rest } of issuers) {
    const terms = { ...rest, jwksUri: jwks ?? null, singleUse };
    const before = byName.get(name);
    if (before === undefined) {
      planning.create('issuer', name, (tx, context) =>
        insertIssuer(tx, context, { name, ...terms }, 'apply'),
      );
      continue;
    }
    const changed = [
      ...differences({ ...before }, terms),
      ...(before.endedAt === null ? [] : ['trusted again']),
    ];
    planning.change('issuer', name, changed, async (tx, context) => {
      await tx.issuer.update({ where: { id: before.id }, data: { endedAt: null } });
      await updateIssuer(tx, context, { issuerId: before.id, ...terms });
    });
  }
  const named = new Set(issuers.map(({ name }) => name));
  for (const issuer of found) {
    if (named.has(issuer.name) || issuer.endedAt !== null) continue;
    planning.notNamed('issuer', issuer.name, issuer.managedBy, (tx, context) =>
      endIssuerIn(tx, context, issuer.id, gone),
    );
  }
}

export async function planAgents(tx: Tx, planning: Planning): Promise<void> {
  const { agents } = planning.input.file.declaration;
  refuseTwins(planning, 'agents', agents, ({ name }) => name, 'name');
  await refuseDangling(tx, planning);
  const found = await tx.agent.findMany({
    include: {
      issuer: { select: { name: true } },
      owner: { include: { accounts: { select: { email: true } } } },
      sponsor: { include: { accounts: { select: { email: true } } } },
      groups: { include: { group: { select: { name: true } } } },
    },
    orderBy: { name: 'asc' },
  });
  const byName = new Map(found.map((agent) => [agent.name, agent]));
  for (const agent of agents) {
    const before = byName.get(agent.name);
    if (before === undefined) {
      planning.create('agent', agent.name, async (tx, context) => {
        const id = await insertAgent(
          tx,
          context,
          { name: agent.name, ...(await termsOf(tx, agent)) },
          'apply',
        );
        await putIntoGroups(tx, context, id, agent);
      });
      continue;
    }
    const changed = [
      ...differences(
        {
          issuer: before.issuer.name,
          claims: before.matchClaims,
          groups: before.groups.map(({ group }) => group.name).sort(),
          repository: before.repository,
          pipeline: before.pipeline,
        },
        {
          issuer: agent.match.issuer,
          claims: agent.match.claims,
          groups: [...new Set(agent.groups)].sort(),
          repository: agent.repository ?? null,
          pipeline: agent.pipeline ?? null,
        },
      ),
      ...(holds(before.owner, agent.owner) ? [] : ['owner']),
      ...(agent.sponsor
        ? holds(before.sponsor, agent.sponsor)
          ? []
          : ['sponsor']
        : before.sponsor
          ? ['sponsor']
          : []),
      ...(before.state === 'ended' ? ['here again'] : []),
    ];
    planning.change('agent', agent.name, changed, async (tx, context) => {
      if (before.state === 'ended') await reviveAgent(tx, context, before.id, 'declared again');
      await updateAgent(tx, context, { agentId: before.id, ...(await termsOf(tx, agent)) });
      await putIntoGroups(tx, context, before.id, agent);
    });
  }
  const named = new Set(agents.map(({ name }) => name));
  for (const agent of found) {
    if (named.has(agent.name) || agent.state === 'ended') continue;
    planning.notNamed('agent', agent.name, agent.managedBy, (tx: Tx, context: Context) =>
      endAgentIn(tx, context, agent.id, gone),
    );
  }
}

async function refuseDangling(tx: Tx, planning: Planning): Promise<void> {
  const { agents, issuers } = planning.input.file.declaration;
  const people = await peopleThere(tx, planning);
  const groups = await groupsThere(tx, planning);
  const others = await tx.issuer.findMany({
    where: { managedBy: { not: 'apply' }, endedAt: null },
    select: { name: true },
  });
  const issuersThere = new Set([...issuers, ...others].map(({ name }) => name));
  agents.forEach((agent, index) => {
    if (!people.has(agent.owner))
      planning.fault(['agents', index, 'owner'], `there is no person ${agent.owner}`);
    if (agent.sponsor && !people.has(agent.sponsor)) {
      planning.fault(['agents', index, 'sponsor'], `there is no person ${agent.sponsor}`);
    }
    if (!issuersThere.has(agent.match.issuer)) {
      planning.fault(['agents', index, 'match', 'issuer'], `there is no issuer ${agent.match.issuer}`);
    }
    agent.groups.forEach((group, at) => {
      if (!groups.has(group)) planning.fault(['agents', index, 'groups', at], `there is no group ${group}`);
    });
  });
}

async function termsOf(tx: Tx, agent: Declaration['agents'][number]) {
  const issuer = await tx.issuer.findUniqueOrThrow({
    where: { name: agent.match.issuer },
    select: { id: true },
  });
  return {
    ownerId: await personIdOf(tx, agent.owner),
    sponsorId: agent.sponsor ? await personIdOf(tx, agent.sponsor) : null,
    issuerId: issuer.id,
    matchClaims: agent.match.claims,
    repository: agent.repository ?? null,
    pipeline: agent.pipeline ?? null,
  };
}

function holds(
  person: { readonly accounts: readonly { readonly email: string }[] } | null,
  email: string,
): boolean {
  return person?.accounts.some((account) => account.email === email) ?? false;
}

async function putIntoGroups(
  tx: Tx,
  { actor, clock }: Context,
  agentId: string,
  agent: Declaration['agents'][number],
): Promise<void> {
  const groupIds = await groupIdsOf(tx, agent.groups);
  const left = await tx.groupAgent.deleteMany({ where: { agentId, groupId: { notIn: groupIds } } });
  const joined = await tx.groupAgent.createMany({
    data: groupIds.map((groupId) => ({ agentId, groupId })),
    skipDuplicates: true,
  });
  if (left.count + joined.count === 0) return;
  await appendEntry(tx, {
    actor,
    action: 'group.changed',
    subject: { kind: 'agent', id: agentId },
    summary: `${actor.name} put the agent ${agent.name} into ${agent.groups.join(', ') || 'no group'}`,
    payload: { groups: agent.groups },
    at: clock.now(),
  });
}
