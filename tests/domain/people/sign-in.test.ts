import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SignIn } from '#lib/people/index';
import { changePerson, createPerson, personActor, personForSignIn } from '#lib/people/index';
import { type AccessWorld, createAccessWorld } from '../access-world.ts';

let world: AccessWorld;
beforeAll(async () => {
  world = await createAccessWorld();
});
afterAll(() => world.database.drop());

const issuer = 'https://login.example.com';
const signIn = (more: Partial<SignIn> = {}) =>
  personForSignIn(world.job(), {
    issuer,
    subject: 'sub-ada',
    email: 'ada@example.com',
    emailVerified: true,
    name: 'Ada',
    claims: {},
    ...more,
  });

describe('personForSignIn', () => {
  test('links a verified e-mail that an admin named, once, and knows the subject from then on', async () => {
    const first = await signIn({ email: 'ADA@Example.com' });
    expect(first).toMatchObject({ kind: 'person', name: 'ada', roles: ['admin'] });
    expect(await signIn({ email: 'another@example.com', emailVerified: false })).toMatchObject({
      id: first?.id,
    });
    expect(await world.entries('person.signed-in', first?.id)).toHaveLength(2);
  });

  test('another subject with the same e-mail is a stranger', async () => {
    expect(await signIn({ subject: 'sub-mallory' })).toBeNull();
    expect(await signIn({ issuer: 'https://other.example.com' })).toBeNull();
  });

  test.each([
    ['an e-mail that is not verified', { subject: 's1', email: 'linus@example.com', emailVerified: false }],
    ['an e-mail that nobody named', { subject: 's2', email: 'stranger@example.com' }],
    ['no e-mail', { subject: 's3', email: null }],
    ['something that is no e-mail', { subject: 's4', email: "' OR true --" }],
  ])('%s is a stranger, with an entry', async (_, more) => {
    expect(await signIn(more)).toBeNull();
    expect(await signIn(more)).toBeNull();
    expect(await world.entries('person.sign-in-refused', more.subject)).toHaveLength(1);
  });

  test('who has left is refused, also with a session that still runs', async () => {
    const bob = { subject: 'sub-bob', email: 'bob@example.com' };
    const person = await signIn(bob);
    await changePerson(world.by('ada'), { personId: world.people.bob.id, left: true });
    expect(await signIn(bob)).toBeNull();
    expect(await personActor({ db: world.database.db }, person?.id ?? '')).toBeNull();
  });

  test('roles of the claim come and go; those of the page stay; unknown ones are nothing', async () => {
    const olga = { subject: 'sub-olga', email: 'olga@example.com' };
    const with_ = (roles: unknown) => signIn({ ...olga, claims: { roles } });
    expect((await with_(['auditor', 'king', 7]))?.roles.toSorted()).toEqual(['auditor', 'owner']);
    expect((await with_(['approver']))?.roles.toSorted()).toEqual(['approver', 'owner']);
    expect((await with_([]))?.roles).toEqual(['owner']);
    expect((await with_('admin'))?.roles).toEqual(['owner']);
  });

  test('two first sign-ins at once link one subject', async () => {
    await createPerson(world.by('ada'), { name: 'New', email: 'new@example.com' });
    const both = await Promise.all(
      ['a', 'b'].map((subject) => signIn({ subject, email: 'new@example.com' })),
    );
    expect(both.filter((person) => person !== null)).toHaveLength(1);
  });
});

describe('changePerson', () => {
  test('changes roles and says before and after', async () => {
    await changePerson(world.by('ada'), {
      personId: world.people.otto.id,
      roles: ['approver'],
      groupIds: [world.dba],
    });
    expect(await personActor({ db: world.database.db }, world.people.otto.id)).toMatchObject({
      roles: ['approver'],
      groupIds: [world.dba],
    });
    const [entry] = await world.entries('person.changed', world.people.otto.id);
    expect(entry?.payload).toMatchObject({ before: { roles: ['owner'] }, change: { roles: ['approver'] } });
  });

  test('nobody takes their own admin role, and somebody stays admin', async () => {
    const { ada } = world.people;
    for (const change of [{ roles: [] }, { left: true }]) {
      await expect(changePerson(world.by('ada'), { personId: ada.id, ...change })).rejects.toMatchObject({
        code: 'forbidden',
      });
    }
    const other = { ...ada, id: 'per_other' };
    await expect(changePerson(world.as(other), { personId: ada.id, roles: [] })).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  test('two admins can’t remove each other at once', async () => {
    const { id } = await createPerson(world.by('ada'), {
      name: 'Eve',
      email: 'eve@example.com',
      roles: ['admin'],
    });
    const eve = await personActor({ db: world.database.db }, id);
    if (eve === null) throw new Error('eve is not here');
    const results = await Promise.allSettled([
      changePerson(world.as(eve), { personId: world.people.ada.id, roles: [] }),
      changePerson(world.by('ada'), { personId: id, roles: [] }),
    ]);
    const admins = await world.database.db.personRole.count({ where: { role: 'admin' } });
    expect(admins).toBe(1);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});
