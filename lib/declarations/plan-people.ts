import type { Tx } from '#lib/db/client';
import type { Prisma } from '#lib/db/generated/client';
import { insertGroup, insertPerson, isRole, updateGroup, updatePerson } from '#lib/people/index';
import { differences, type Planning, refuseTwins } from './plan-model.ts';
import type { Declaration } from './schema.ts';

/** Groups first, then people: a person is put into groups. */
export async function planGroups(tx: Tx, planning: Planning): Promise<void> {
  const { groups } = planning.input.file.declaration;
  refuseTwins(planning, 'groups', groups, ({ name }) => name, 'name');
  const found = await tx.group.findMany({
    include: { persons: { select: { personId: true } }, agents: { select: { agentId: true } } },
    orderBy: { name: 'asc' },
  });
  const known = new Set(found.map(({ name }) => name));
  const named = new Set(groups.map(({ name }) => name));
  for (const { name } of groups) {
    if (known.has(name)) planning.unchanged += 1;
    else planning.create('group', name, (tx, context) => insertGroup(tx, context, name, 'apply'));
  }
  for (const group of found) {
    if (named.has(group.name)) continue;
    // A group is a name that rules may go on saying: it ends by being empty.
    const empty = group.persons.length + group.agents.length === 0;
    if (group.managedBy === 'apply' && empty) continue;
    if (group.managedBy === 'apply') {
      const persons = group.persons.map(({ personId }) => personId);
      planning.ask(`group ${group.name}`, 'has members', 'nobody', persons);
    }
    planning.notNamed('group', group.name, group.managedBy, (tx, context) =>
      updateGroup(tx, context, { groupId: group.id, personIds: [], agentIds: [] }),
    );
  }
}

const shownPerson = {
  accounts: { orderBy: { createdAt: 'asc' } },
  roles: true,
  groups: { include: { group: { select: { name: true } } } },
} satisfies Prisma.PersonInclude;

type Known = Prisma.PersonGetPayload<{ include: typeof shownPerson }>;
type Declared = Declaration['people'][number];

export async function planPeople(tx: Tx, planning: Planning, firstAdminId: string | null): Promise<void> {
  const { people } = planning.input.file.declaration;
  refuseTwins(planning, 'people', people, ({ email }) => email, 'email');
  const found = await tx.person.findMany({ include: shownPerson, orderBy: { createdAt: 'asc' } });
  const byEmail = new Map(found.flatMap((one) => one.accounts.map(({ email }) => [email, one] as const)));
  const groupNames = await groupsThere(tx, planning);
  const firstAdmin = people.find(isAdmin);
  const named = new Set<string>();
  people.forEach((person, index) => {
    person.groups.forEach((group, at) => {
      if (!groupNames.has(group)) {
        planning.fault(['people', index, 'groups', at], `there is no group ${group}`);
      }
    });
    const before = byEmail.get(person.email);
    if (before) {
      named.add(before.id);
      changeStep(planning, person, before);
    } else {
      createStep(planning, person, person === firstAdmin ? firstAdminId : null);
    }
  });
  for (const person of found) {
    if (named.has(person.id) || person.leftAt !== null) continue;
    const name = person.accounts[0]?.email ?? person.name;
    if (person.managedBy === 'apply') planning.ask(name, standingOf(person), 'has left', [person.id]);
    planning.notNamed('person', name, person.managedBy, (tx, context) =>
      updatePerson(tx, context, { personId: person.id, roles: [], groupIds: [], left: true }, 'declaration'),
    );
  }
}

/** A person's roles and groups in words. */
function words(roles: readonly string[], groups: readonly string[], name: string): string {
  const list = (items: readonly string[]) => [...new Set(items)].sort().join(', ') || 'none';
  return `${name}; roles: ${list(roles)}; groups: ${list(groups)}`;
}

function standingOf(person: Known): string {
  if (person.leftAt !== null) return 'has left';
  const roles = person.roles.map(({ role }) => role);
  return words(
    roles,
    person.groups.map(({ group }) => group.name),
    person.name,
  );
}

function createStep(planning: Planning, person: Declared, id: string | null): void {
  const name = person.name ?? nameFrom(person.email);
  planning.ask(person.email, null, words(person.roles, person.groups, name));
  planning.create('person', person.email, async (tx, context) =>
    insertPerson(tx, context, {
      ...(id === null ? {} : { id }),
      name,
      email: person.email,
      roles: person.roles,
      groupIds: await groupIdsOf(tx, person.groups),
      source: 'declaration',
    }),
  );
}

function changeStep(planning: Planning, person: Declared, before: Known): void {
  const name = person.name ?? before.name;
  const sources = (claim: boolean) =>
    before.roles.filter(({ source }) => (source === 'claim') === claim).map(({ role }) => role);
  const changed = differences(
    {
      name: before.name,
      roles: sources(false).sort(),
      groups: before.groups.map(({ group }) => group.name).sort(),
      left: before.leftAt !== null,
    },
    {
      name,
      roles: [...new Set<string>(person.roles)].sort(),
      groups: [...new Set(person.groups)].sort(),
      left: false,
    },
  );
  const roles = [...new Set([...person.roles, ...sources(true).filter(isRole)])];
  if (changed.length > 0) {
    planning.ask(person.email, standingOf(before), words(roles, person.groups, name), [before.id]);
  }
  planning.change('person', person.email, changed, async (tx, context) => {
    const groupIds = await groupIdsOf(tx, person.groups);
    const back = before.leftAt === null ? {} : { left: false };
    await updatePerson(tx, context, { personId: before.id, name, roles, groupIds, ...back }, 'declaration');
  });
}

export function isAdmin(person: { readonly roles: readonly string[] }): boolean {
  return person.roles.includes('admin');
}

function nameFrom(email: string): string {
  const local = email.split('@')[0] ?? email;
  return local.charAt(0).toUpperCase() + local.slice(1);
}

/** Names of groups that there are once the file holds: its own, and those that people made. */
export async function groupsThere(tx: Tx, planning: Planning): Promise<ReadonlySet<string>> {
  const others = await tx.group.findMany({ where: { managedBy: { not: 'apply' } }, select: { name: true } });
  return new Set([...planning.input.file.declaration.groups, ...others].map(({ name }) => name));
}

export async function groupIdsOf(tx: Tx, names: readonly string[]): Promise<string[]> {
  const groups = await tx.group.findMany({ where: { name: { in: [...names] } }, select: { id: true } });
  return groups.map(({ id }) => id);
}

/** E-mails of people who are here once the file holds, with those that the page made. */
export async function peopleThere(tx: Tx, planning: Planning): Promise<ReadonlySet<string>> {
  const accounts = await tx.account.findMany({
    where: { person: { managedBy: { not: 'apply' }, leftAt: null } },
    select: { email: true },
  });
  return new Set([...planning.input.file.declaration.people, ...accounts].map(({ email }) => email));
}

export async function personIdOf(tx: Tx, email: string): Promise<string> {
  return (await tx.account.findUniqueOrThrow({ where: { email }, select: { personId: true } })).personId;
}
