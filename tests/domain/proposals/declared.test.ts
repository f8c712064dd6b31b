import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Context } from '#lib/auth/context';
import { heldClock } from '#lib/core/clock';
import { applyDeclaration, planDeclaration, readDeclaration } from '#lib/declarations/index';
import { personActor } from '#lib/people/index';
import { consentTo, countProposals, declineProposal, listProposals } from '#lib/proposals/index';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';

// `countersign apply` outside the sandbox, where ada and grace are admins.

const clock = heldClock(new Date('2026-11-24T08:00:00Z'));
let control: ControlDatabase;
beforeAll(async () => {
  control = await createControlDatabase();
});
afterAll(() => control.drop());

const people = (linus: string, shop = '5432') => `
issuers:
  - { name: local, issuer: "http://localhost:4400", audience: countersign }
resources:
  - name: shop
    kind: postgres
    environment: production
    host: 127.0.0.1
    port: ${shop}
    database: shop
    tls: disable
    masks:
      - { columns: ["public.customers.ssn"], mask: fixed }
people:
  - { email: ada@example.com, roles: [admin] }
  - { email: grace@example.com, roles: [admin] }
  - { email: linus@example.com, roles: [${linus}] }
`;

async function apply(text: string, more: { alone?: { reason: string }; sandbox?: boolean } = {}) {
  const file = readDeclaration('access.yaml', text);
  const input = { file, passwords: new Map(), caCertificates: new Map(), policyFiles: undefined, key: null };
  const applying = { input, as: 'ada@example.com', ...more };
  const context = { db: control.db, clock };
  return applyDeclaration(context, applying, await planDeclaration(context, applying));
}

async function by(email: string): Promise<Context> {
  const account = await control.db.account.findUniqueOrThrow({ where: { email } });
  const actor = await personActor({ db: control.db }, account.personId);
  if (!actor) throw new Error(`${email} is not here`);
  return { db: control.db, clock, actor };
}

const rolesOfLinus = async () => {
  const { actor } = await by('linus@example.com');
  return actor.kind === 'person' ? [...actor.roles].sort() : [];
};
const entries = (action: string) =>
  control.db.ledgerEntry.findMany({ where: { action }, orderBy: { id: 'asc' } });
const proposedId = (made: Awaited<ReturnType<typeof apply>>) =>
  made.state === 'proposed' ? made.proposalId : '';

describe('countersign apply and the second admin', () => {
  test('the first run asks nobody, and the ledger says so', async () => {
    expect(await apply(people('auditor'))).toEqual({ state: 'done' });
    const [entry] = await entries('proposal.not-asked');
    expect(entry?.summary).toContain('without a second admin: there is none yet');
  });

  test('what changes no people, roles or masks is made at once', async () => {
    expect(await apply(people('auditor', '5433'))).toEqual({ state: 'done' });
    expect(await entries('proposal.not-asked')).toHaveLength(1);
  });

  test('a change of a role is proposed, once, and nothing of the file is made', async () => {
    const made = await apply(people('auditor, approver', '5434'));
    expect(made).toMatchObject({ state: 'proposed' });
    expect(await apply(people('auditor, approver', '5434'))).toEqual(made);
    expect(await rolesOfLinus()).toEqual(['auditor']);
    expect(await control.db.resource.count({ where: { port: 5434 } })).toBe(0);
    const [row] = await listProposals(await by('grace@example.com'));
    expect(row).toMatchObject({
      title: 'Apply access.yaml',
      effects: [
        {
          what: 'linus@example.com',
          before: 'Linus; roles: auditor; groups: none',
          after: 'Linus; roles: approver, auditor; groups: none',
        },
      ],
    });
  });

  test('its own proposer can’t consent; after the second admin did, it is made once', async () => {
    const text = people('auditor, approver', '5434');
    const proposalId = proposedId(await apply(text));
    await expect(consentTo(await by('ada@example.com'), { proposalId })).rejects.toMatchObject({
      code: 'forbidden',
    });
    expect(await consentTo(await by('grace@example.com'), { proposalId })).toEqual({ state: 'consented' });
    // Another file, or the same file against something else, is not what was agreed to.
    expect(await apply(people('auditor, approver', '5435'))).toMatchObject({ state: 'proposed' });
    expect(await apply(text)).toEqual({ state: 'done' });
    expect(await rolesOfLinus()).toEqual(['approver', 'auditor']);
    expect(await apply(people('auditor'))).toMatchObject({ state: 'proposed' });
    // Used up: the same change a second time asks again.
    await apply(people('auditor'), { alone: { reason: 'grace is away' } });
    expect(await apply(text)).toMatchObject({ state: 'proposed' });
  });

  test('whom the file concerns is not asked, and can’t consent to it', async () => {
    const raised = people('auditor').replace(
      'grace@example.com, roles: [admin]',
      'grace@example.com, roles: [admin, approver]',
    );
    const proposalId = proposedId(await apply(raised));
    const grace = await by('grace@example.com');
    const row = (await listProposals(grace)).find(({ id }) => id === proposalId);
    expect(row).toMatchObject({
      may: { consent: false, whyNot: expect.stringContaining('about you') },
    });
    const waiting = await listProposals(grace, { state: 'pending' });
    expect(await countProposals(grace)).toBe(waiting.filter(({ may }) => may.consent).length);
    await expect(consentTo(grace, { proposalId })).rejects.toMatchObject({ code: 'forbidden' });
    expect(await apply(raised)).toEqual({ state: 'proposed', proposalId });
  });

  test('a declined one is proposed anew', async () => {
    const first = proposedId(await apply(people('owner')));
    await declineProposal(await by('grace@example.com'), { proposalId: first, reason: 'no' });
    const second = proposedId(await apply(people('owner')));
    expect(second).not.toBe('');
    expect(second).not.toBe(first);
  });

  test('taking a mask away is asked about too; hiding one more column is not', async () => {
    const hidden = people('auditor', '5434').replace(
      '"public.customers.ssn"',
      '"public.customers.ssn", "public.customers.email"',
    );
    expect(await apply(hidden)).toEqual({ state: 'done' });
    expect(await apply(people('auditor', '5434'))).toMatchObject({ state: 'proposed' });
  });

  test('--alone and the sandbox ask nobody, each with an entry that says why', async () => {
    expect(await apply(people('owner'), { alone: { reason: 'grace has left' } })).toEqual({ state: 'done' });
    expect(await apply(people('auditor'), { sandbox: true })).toEqual({ state: 'done' });
    const summaries = (await entries('proposal.not-asked')).map(({ summary }) => summary);
    expect(summaries.at(-2)).toContain('grace has left');
    expect(summaries.at(-1)).toContain('the sandbox asks none');
  });

  test('the consent of whom the plan concerns is none, though the proposal does not say so', async () => {
    const { actor } = await by('linus@example.com');
    const linus = actor.kind === 'person' ? actor.id : '';
    const before = await rolesOfLinus();
    const text = people('auditor, owner', '5499');
    const made = await apply(text);
    const id = proposedId(made);
    await control.db.proposal.update({
      where: { id },
      data: { concerns: [], state: 'consented', decidedById: linus, decidedAt: clock.now() },
    });
    expect(await apply(text)).toMatchObject({ state: 'proposed' });
    expect(await rolesOfLinus()).toEqual(before);
  });
});
