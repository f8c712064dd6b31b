import { conflict, notFound } from '#lib/core/errors';
import type { Tx } from '#lib/db/client';
import { changeGroup, changePerson, createPerson } from '#lib/people/index';
import { effectsOf, listed, type Prepared } from './prepared.ts';
import type { ProposedChange } from './schema.ts';

type InputOf<Kind extends ProposedChange['kind']> = Extract<ProposedChange, { kind: Kind }>['input'];

export async function preparePersonCreate(tx: Tx, input: InputOf<'person.create'>): Promise<Prepared> {
  const taken = await tx.account.findUnique({ where: { email: input.email }, select: { id: true } });
  if (taken) throw conflict(`${input.email} is known already.`);
  return {
    subject: { kind: 'person', id: input.email },
    title: `Add ${input.name} (${input.email})`,
    effects: effectsOf([
      ['roles', null, listed(input.roles)],
      ['groups', null, listed(await groupNames(tx, input.groupIds))],
    ]),
    standing: null,
    concerns: [],
    run: (context) => createPerson(context, input),
  };
}

export async function preparePersonChange(tx: Tx, input: InputOf<'person.change'>): Promise<Prepared> {
  await tx.$queryRaw`SELECT 1 FROM person WHERE id = ${input.personId} FOR UPDATE`;
  const person = await tx.person.findUnique({
    where: { id: input.personId },
    include: { roles: true, groups: { include: { group: { select: { name: true } } } } },
  });
  if (person === null) throw notFound('There is no such person.');
  const roles = person.roles.map(({ role }) => role);
  const groups = person.groups.map(({ group }) => group.name);
  const left = person.leftAt !== null;
  const here = (gone: boolean) => (gone ? 'has left' : 'is here');
  return {
    subject: { kind: 'person', id: person.id },
    title: `Change ${person.name}`,
    effects: effectsOf([
      ['name', person.name, input.name ?? person.name],
      ['roles', listed(roles), listed(input.roles ?? roles)],
      [
        'groups',
        listed(groups),
        listed(input.groupIds ? await groupNames(tx, [...new Set(input.groupIds)]) : groups),
      ],
      ['state', here(left), here(input.left ?? left)],
    ]),
    standing: {
      name: person.name,
      roles: roles.sort(),
      groupIds: person.groups.map(({ groupId }) => groupId).sort(),
      left,
    },
    concerns: [person.id],
    run: (context) => changePerson(context, input),
  };
}

export async function prepareGroupChange(tx: Tx, input: InputOf<'group.change'>): Promise<Prepared> {
  await tx.$queryRaw`SELECT 1 FROM principal_group WHERE id = ${input.groupId} FOR UPDATE`;
  const group = await tx.group.findUnique({
    where: { id: input.groupId },
    include: { persons: true, agents: true },
  });
  if (group === null) throw notFound('There is no such group.');
  const persons = group.persons.map(({ personId }) => personId);
  const agents = group.agents.map(({ agentId }) => agentId);
  const after = input.personIds ? [...new Set(input.personIds)] : persons;
  const agentsAfter = input.agentIds ? [...new Set(input.agentIds)] : agents;
  return {
    subject: { kind: 'group', id: group.id },
    title: `Change who is in the group ${group.name}`,
    effects: effectsOf([
      ['people', listed(await personNames(tx, persons)), listed(await personNames(tx, after))],
      ['agents', listed(await agentNames(tx, agents)), listed(await agentNames(tx, agentsAfter))],
    ]),
    standing: { persons: persons.sort(), agents: agents.sort() },
    concerns: [...persons, ...after].filter((id) => persons.includes(id) !== after.includes(id)),
    run: (context) => changeGroup(context, input),
  };
}

async function groupNames(tx: Tx, ids: readonly string[]): Promise<string[]> {
  return namesOf(ids, await tx.group.findMany({ where: { id: { in: [...ids] } } }), 'group');
}

async function personNames(tx: Tx, ids: readonly string[]): Promise<string[]> {
  return namesOf(ids, await tx.person.findMany({ where: { id: { in: [...ids] } } }), 'person');
}

async function agentNames(tx: Tx, ids: readonly string[]): Promise<string[]> {
  return namesOf(ids, await tx.agent.findMany({ where: { id: { in: [...ids] } } }), 'agent');
}

function namesOf(
  ids: readonly string[],
  found: readonly { readonly id: string; readonly name: string }[],
  what: string,
): string[] {
  return ids.map((id) => {
    const one = found.find((row) => row.id === id);
    if (!one) throw notFound(`There is no such ${what}.`);
    return one.name;
  });
}
