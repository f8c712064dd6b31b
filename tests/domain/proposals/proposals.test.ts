import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PersonActor } from '#lib/auth/actor';
import type { Context } from '#lib/auth/context';
import { newId } from '#lib/core/ids';
import { changeGroup, changePerson, createPerson, personActor } from '#lib/people/index';
import {
  consentTo,
  countProposals,
  declineProposal,
  expireProposals,
  listProposals,
  proposeChange,
  withdrawProposal,
} from '#lib/proposals/index';
import { changeMask, createMask, endMask } from '#lib/resources/index';
import { type AccessWorld, createAccessWorld, type PersonName, personNames } from '../access-world.ts';

// Outside the sandbox. `grace` is the second admin, `ruth` a third.

let world: AccessWorld;
const admins = {} as Record<'grace' | 'ruth', PersonActor>;
beforeAll(async () => {
  world = await createAccessWorld();
  for (const name of ['grace', 'ruth'] as const) {
    const { id } = await createPerson(world.by('ada'), {
      name,
      email: `${name}@example.com`,
      roles: ['admin'],
    });
    admins[name] = (await personActor({ db: world.database.db }, id)) as PersonActor;
  }
});
afterAll(() => world.database.drop());

const real = (actor: PersonActor): Context => ({ db: world.database.db, clock: world.clock, actor });
const ada = () => real(world.people.ada);
const grace = () => real(admins.grace);
const ruth = () => real(admins.ruth);
const actorNow = (id: string) => personActor({ db: world.database.db }, id);

async function proposed(context: Context, input: Parameters<typeof proposeChange>[1]): Promise<string> {
  const made = await proposeChange(context, input);
  if (made.state !== 'proposed') throw new Error('it was made at once');
  return made.proposalId;
}
const giveOtto = (roles: ('approver' | 'auditor' | 'owner')[]) =>
  proposed(ada(), { kind: 'person.change', input: { personId: world.people.otto.id, roles } });
const stateOf = async (id: string) =>
  (await listProposals(ada())).find((row) => row.id === id)?.state ?? 'missing';

describe('a change of people, roles or masks', () => {
  test('can’t be made directly, whoever asks', async () => {
    const personId = world.people.otto.id;
    const attempts = [
      changePerson(ada(), { personId, roles: ['admin'] }),
      createPerson(ada(), { name: 'Eve', email: 'eve@example.com', roles: ['admin'] }),
      changeGroup(ada(), { groupId: world.dba, personIds: [personId] }),
      changeMask(ada(), { maskId: 'msk_x', lookup: 'equality' }),
      endMask(ada(), { maskId: 'msk_x', reason: 'x' }),
    ];
    for (const attempt of attempts) {
      await expect(attempt).rejects.toMatchObject({
        code: 'forbidden',
        message: 'A second admin has to consent to this. Propose it instead.',
      });
    }
  });

  test('waits, is shown with before and after, and is made once another admin consents', async () => {
    const id = await proposed(ada(), {
      kind: 'person.change',
      input: { personId: world.people.otto.id, roles: ['approver'], groupIds: [world.dba] },
      reason: 'joins the DBAs',
    });
    expect((await actorNow(world.people.otto.id))?.roles).toEqual(['owner']);
    const [row] = await listProposals(grace());
    expect(row).toMatchObject({
      id,
      title: 'Change otto',
      reason: 'joins the DBAs',
      state: 'pending',
      proposedBy: { name: 'ada' },
      effects: [
        { what: 'roles', before: 'owner', after: 'approver' },
        { what: 'groups', before: 'none', after: 'dba' },
      ],
      may: { consent: true, decline: true, withdraw: false },
    });
    expect(await countProposals(grace())).toBe(1);
    expect(await countProposals(ada())).toBe(0);
    expect(await consentTo(grace(), { proposalId: id })).toEqual({ state: 'done' });
    expect(await actorNow(world.people.otto.id)).toMatchObject({
      roles: ['approver'],
      groupIds: [world.dba],
    });
    const made = await world.entries('proposal.made', id);
    const consented = await world.entries('proposal.consented', id);
    const changed = await world.entries('person.changed', world.people.otto.id);
    expect([made[0]?.actorName, consented[0]?.actorName, changed[0]?.actorName]).toEqual([
      'ada',
      'grace',
      'ada',
    ]);
    await expect(consentTo(grace(), { proposalId: id })).rejects.toMatchObject({ code: 'conflict' });
  });

  test('a person is added, a group changed, a mask loosened and ended the same way', async () => {
    const { id: maskId } = await createMask(ada(), {
      resourceId: world.resourceId,
      column: 'public.customers.ssn',
      kind: 'fixed',
    });
    const changes = [
      { kind: 'person.create', input: { name: 'New', email: 'new@example.com', roles: ['auditor'] } },
      { kind: 'group.change', input: { groupId: world.dba, personIds: [world.people.alan.id] } },
      { kind: 'mask.change', input: { maskId, lookup: 'equality', options: { other_use: 'hold' } } },
      { kind: 'mask.end', input: { maskId, reason: 'column is gone' } },
    ] as const satisfies Parameters<typeof proposeChange>[1][];
    for (const change of changes) {
      const proposalId = await proposed(ada(), change as never);
      expect(await consentTo(grace(), { proposalId })).toEqual({ state: 'done' });
    }
    const mask = await world.database.db.mask.findUnique({ where: { id: maskId } });
    expect(mask).toMatchObject({
      lookup: 'equality',
      options: { other_use: 'hold' },
      endedAt: expect.any(Date),
    });
    expect(await world.database.db.account.count({ where: { email: 'new@example.com' } })).toBe(1);
  });

  test('what could not be made is refused when it is proposed', async () => {
    await expect(
      proposeChange(ada(), { kind: 'person.create', input: { name: 'A', email: 'ada@example.com' } }),
    ).rejects.toMatchObject({ code: 'conflict' });
    await expect(
      proposeChange(ada(), { kind: 'person.change', input: { personId: world.people.ada.id, roles: [] } }),
    ).rejects.toMatchObject({ code: 'forbidden' });
    await expect(
      proposeChange(ada(), { kind: 'person.change', input: { personId: 'per_none', roles: [] } }),
    ).rejects.toMatchObject({ code: 'not_found' });
    await expect(
      proposeChange(ada(), { kind: 'person.change', input: { personId: world.people.bob.id } }),
    ).rejects.toMatchObject({ code: 'invalid' });
  });

  test('in the sandbox it is made at once, and the ledger says that nobody else was asked', async () => {
    const made = await proposeChange(world.by('ada'), {
      kind: 'person.change',
      input: { personId: world.people.bob.id, name: 'Bob' },
    });
    expect(made).toEqual({ state: 'done' });
    const [entry] = await world.entries('proposal.not-asked', world.people.bob.id);
    expect(entry?.summary).toContain('alone');
    expect(entry?.payload).toMatchObject({ why: 'sandbox' });
  });
});

describe('the second admin', () => {
  test('is not the proposer, also with a second account of theirs', async () => {
    const { db } = world.database;
    await db.account.create({
      data: {
        id: newId('account'),
        personId: world.people.ada.id,
        email: 'ada.private@example.com',
        issuer: 'https://other.example.com',
        subject: 'ada-2',
        lastSignInAt: new Date('2099-01-01'),
      },
    });
    const second = (await actorNow(world.people.ada.id)) as PersonActor;
    expect(second.email).toBe('ada.private@example.com');
    const proposalId = await giveOtto(['auditor']);
    await expect(consentTo(real(second), { proposalId })).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('You proposed it yourself'),
    });
    // The database refuses it too, whatever a program says.
    await expect(
      db.proposal.update({
        where: { id: proposalId },
        data: { state: 'done', decidedById: world.people.ada.id },
      }),
    ).rejects.toThrow(/proposal_second_person/);
    await withdrawProposal(ada(), { proposalId, reason: 'only a test' });
  });

  test('is not whom it is about: neither a person nor who enters or leaves a group', async () => {
    const aboutGrace = await proposed(ada(), {
      kind: 'person.change',
      input: { personId: admins.grace.id, roles: ['admin', 'approver'] },
    });
    const intoDba = await proposed(ada(), {
      kind: 'group.change',
      input: { groupId: world.dba, personIds: [world.people.alan.id, admins.grace.id] },
    });
    for (const proposalId of [aboutGrace, intoDba]) {
      const shown = (await listProposals(grace())).find(({ id }) => id === proposalId);
      expect(shown?.may).toMatchObject({ consent: false, decline: true });
      await expect(consentTo(grace(), { proposalId })).rejects.toMatchObject({
        message: 'It is about you: another admin has to consent.',
      });
      await consentTo(ruth(), { proposalId });
    }
  });

  test('is not whom it is about where the proposal does not say so, as one of before concerns were kept', async () => {
    const proposalId = await proposed(ada(), {
      kind: 'person.change',
      input: { personId: admins.grace.id, roles: ['admin', 'auditor'] },
    });
    await world.database.db.proposal.update({ where: { id: proposalId }, data: { concerns: [] } });
    await expect(consentTo(grace(), { proposalId })).rejects.toMatchObject({
      code: 'forbidden',
      message: 'It is about you: another admin has to consent.',
    });
    expect(await stateOf(proposalId)).toBe('pending');
    expect(await consentTo(ruth(), { proposalId })).toEqual({ state: 'done' });
  });

  test.each(personNames.filter((name) => name !== 'ada'))('is no %s', async (name: PersonName) => {
    const proposalId = await giveOtto(['auditor', 'owner']);
    const context = real(world.people[name]);
    for (const attempt of [
      consentTo(context, { proposalId }),
      declineProposal(context, { proposalId, reason: 'no' }),
      withdrawProposal(context, { proposalId, reason: 'no' }),
      proposeChange(context, { kind: 'person.change', input: { personId: world.people.bob.id, roles: [] } }),
    ]) {
      await expect(attempt).rejects.toMatchObject({ code: 'forbidden' });
    }
    const reads = await listProposals(context).then(
      () => true,
      () => false,
    );
    expect(reads).toBe(name === 'linus');
    expect(await countProposals(context)).toBe(0);
    await withdrawProposal(ada(), { proposalId, reason: 'only a test' });
  });

  test('who lost the admin role since the page was opened does not count', async () => {
    const proposalId = await giveOtto(['auditor']);
    const before = ruth();
    await changePerson(world.by('ada'), { personId: admins.ruth.id, roles: ['approver'] });
    await expect(consentTo(before, { proposalId })).rejects.toMatchObject({
      code: 'forbidden',
      message: 'You are no admin any more.',
    });
    await changePerson(world.by('ada'), { personId: admins.ruth.id, roles: ['admin'] });
    expect(await stateOf(proposalId)).toBe('pending');
    await consentTo(ruth(), { proposalId });
  });

  test('a proposer who is no admin any more makes it stale', async () => {
    const proposalId = await proposed(ruth(), {
      kind: 'person.change',
      input: { personId: world.people.otto.id, roles: ['owner'] },
    });
    await changePerson(world.by('ada'), { personId: admins.ruth.id, left: true });
    await expect(consentTo(grace(), { proposalId })).rejects.toMatchObject({ code: 'conflict' });
    expect(await stateOf(proposalId)).toBe('stale');
    expect(await world.entries('proposal.stale', proposalId)).toHaveLength(1);
    await changePerson(world.by('ada'), { personId: admins.ruth.id, left: false });
  });
});

describe('exactly once', () => {
  test('two admins at the same time: one consents, the other hears that it is done', async () => {
    for (let round = 0; round < 5; round += 1) {
      const proposalId = await giveOtto(round % 2 === 0 ? ['owner', 'approver'] : ['owner']);
      const before = (await world.entries('person.changed', world.people.otto.id)).length;
      const both = await Promise.allSettled([
        consentTo(grace(), { proposalId }),
        consentTo(ruth(), { proposalId }),
      ]);
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(await world.entries('proposal.consented', proposalId)).toHaveLength(1);
      expect(await world.entries('person.changed', world.people.otto.id)).toHaveLength(before + 1);
    }
  });

  test('a consent against a withdrawal: one of them counts, never both', async () => {
    const rolesBefore = (await actorNow(world.people.otto.id))?.roles;
    const proposalId = await giveOtto(['approver']);
    const both = await Promise.allSettled([
      consentTo(grace(), { proposalId }),
      withdrawProposal(ada(), { proposalId, reason: 'not now' }),
    ]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const state = await stateOf(proposalId);
    const roles = (await actorNow(world.people.otto.id))?.roles;
    expect(roles).toEqual(state === 'done' ? ['approver'] : rolesBefore);
  });

  test('two proposals for one person: the second is stale when the first was made', async () => {
    const first = await giveOtto(['auditor']);
    const second = await giveOtto(['owner']);
    await consentTo(grace(), { proposalId: first });
    await expect(consentTo(grace(), { proposalId: second })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('has changed since it was proposed'),
    });
    expect(await stateOf(second)).toBe('stale');
    expect((await actorNow(world.people.otto.id))?.roles).toEqual(['auditor']);
  });

  test('an e-mail that somebody else took meanwhile makes an added person stale', async () => {
    const proposalId = await proposed(ada(), {
      kind: 'person.create',
      input: { name: 'Twin', email: 'twin@example.com', roles: ['admin'] },
    });
    await createPerson(world.by('ada'), { name: 'Twin', email: 'twin@example.com' });
    await expect(consentTo(grace(), { proposalId })).rejects.toMatchObject({ code: 'conflict' });
    expect(await stateOf(proposalId)).toBe('stale');
  });

  test('declined with a reason, it can’t be consented to', async () => {
    const proposalId = await giveOtto(['approver']);
    await expect(declineProposal(ada(), { proposalId, reason: 'x' })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(declineProposal(grace(), { proposalId, reason: ' ' })).rejects.toMatchObject({
      code: 'invalid',
    });
    await declineProposal(grace(), { proposalId, reason: 'ask in January' });
    await expect(consentTo(ruth(), { proposalId })).rejects.toMatchObject({ code: 'conflict' });
    const row = (await listProposals(ada())).find(({ id }) => id === proposalId);
    expect(row).toMatchObject({ state: 'declined', decisionReason: 'ask in January' });
  });

  test('after a week it has expired, also before the job marks it', async () => {
    const proposalId = await giveOtto(['approver']);
    world.clock.advance(7 * 86_400_000);
    await expect(consentTo(grace(), { proposalId })).rejects.toMatchObject({ code: 'conflict' });
    expect(await stateOf(proposalId)).toBe('expired');
    await expect(expireProposals(ada())).rejects.toMatchObject({ code: 'forbidden' });
    expect(await expireProposals(world.job())).toBeGreaterThan(0);
    expect(await world.entries('proposal.expired', proposalId)).toHaveLength(1);
    world.clock.advance(-7 * 86_400_000);
    await expect(consentTo(grace(), { proposalId })).rejects.toMatchObject({ code: 'conflict' });
  });
});
