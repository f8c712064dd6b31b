import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  approveRequest,
  countPending,
  denyRequest,
  getApproval,
  listApprovals,
  requestApproval,
  revealLiterals,
  useApproval,
} from '#lib/approvals/index';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';
import { createWorld, type World, worker } from '../reviews/world.ts';
import { heldDelete } from './held.ts';

let database: ControlDatabase;
let world: World;
let sessionId: string;
const tickets: string[] = [];

beforeAll(async () => {
  database = await createControlDatabase();
  world = await createWorld(database.db);
  sessionId = await world.addSession({ grantIds: [await world.addGrant({})] });
  for (let index = 0; index < 7; index += 1) {
    const { id } = await requestApproval(
      world.by(worker),
      heldDelete(world, sessionId, { text: `DELETE ${index}` }),
    );
    tickets.push(id);
  }
});
afterAll(() => database.drop());

const idOf = (index: number) => tickets[index] ?? '';

describe('the inbox', () => {
  it('pages through what waits, the oldest first, without doubles or gaps', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listApprovals(world.as('barbara'), { tab: 'mine', limit: 3, cursor });
      seen.push(...page.rows.map((row) => row.id));
      cursor = page.next ?? undefined;
    } while (cursor);
    expect(seen).toEqual(tickets);
  });

  it('counts for each person what that person may decide', async () => {
    expect(await countPending(world.as('barbara'))).toEqual({ pending: 7, mine: 7 });
    expect(await countPending(world.as('ada'))).toEqual({ pending: 7, mine: 0 });
    expect(await countPending(world.as('linus'))).toEqual({ pending: 7, mine: 0 });
    expect(await countPending(world.as('grace'))).toEqual({ pending: 0, mine: 0 });
    await expect(countPending(world.as('edsger'))).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('agrees with the verbs about who may decide', async () => {
    for (const name of ['ada', 'barbara', 'alan', 'margaret', 'linus'] as const) {
      const mine = await listApprovals(world.as(name), { tab: 'mine' });
      const pending = await listApprovals(world.as(name), { tab: 'pending' });
      expect(mine.rows.map((row) => row.id)).toEqual(
        pending.rows.filter((row) => row.mayDecide).map((row) => row.id),
      );
    }
  });

  it('shows owners their own agents only, and hides the rest as not there', async () => {
    const agentId = await world.addAgent('graces', 'grace');
    const own = await world.addSession({ agentId, owner: 'grace' });
    await world.addGrant({ agentId });
    const { id } = await requestApproval(world.by(worker), heldDelete(world, own, { agentId }));
    const page = await listApprovals(world.as('grace'), { tab: 'pending' });
    expect(page.rows).toMatchObject([{ id, mayDecide: false, blockedBecause: 'You are not an approver.' }]);
    await expect(getApproval(world.as('grace'), idOf(0))).rejects.toMatchObject({ code: 'not_found' });
    await denyRequest(world.as('barbara'), { id, reason: 'no' });
  });

  it('refuses a foreign page marker', async () => {
    await expect(listApprovals(world.as('barbara'), { cursor: 'x' })).rejects.toMatchObject({
      code: 'invalid',
    });
  });
});

describe('the card', () => {
  it('has its people, its answers and what became of similar ones', async () => {
    await approveRequest(world.as('barbara'), { id: idOf(0) });
    await useApproval(world.by(worker), { id: idOf(0), sessionId, seq: 3 });
    await world.db.statement.create({
      data: {
        sessionId,
        seq: 3,
        at: world.clock.now(),
        agentId: world.agentId,
        resourceId: world.resourceId,
        tag: 'DELETE',
        text: 'DELETE',
        decision: 'hold',
        outcome: 'completed',
        rows: 49n,
      },
    });
    await denyRequest(world.as('alan'), { id: idOf(1), reason: 'too much <b>at once</b>' });
    const view = await getApproval(world.as('alan'), idOf(2));
    expect(view).toMatchObject({ mayDecide: true, card: { hasWhere: true }, session: { state: 'live' } });
    expect(view.involved).toEqual([
      { person: { id: world.ids.ada, name: 'ada' }, as: 'agent owner' },
      { person: { id: world.ids.ada, name: 'ada' }, as: 'grant creator' },
    ]);
    expect(view.similar).toMatchObject([
      { state: 'denied', decidedBy: ['alan'], reason: 'too much <b>at once</b>', outcome: null },
      { state: 'used', decidedBy: ['barbara'], outcome: { status: 'completed', rows: 49 } },
    ]);
  });

  it('reveals masked values to approvers, with an entry before anything is shown', async () => {
    const reader = async () => ({ text: "DELETE … WHERE ssn = '123-45-6789'", parameters: ['1'] });
    const shown = await revealLiterals(world.as('barbara'), { id: idOf(3) }, reader);
    expect(shown.text).toContain('123-45-6789');
    const [entry] = await world.db.ledgerEntry.findMany({
      where: { action: 'literal.revealed', subjectId: idOf(3) },
    });
    expect(entry).toMatchObject({ actorId: world.ids.barbara });
    expect(JSON.stringify(entry)).not.toContain('123-45-6789');
    await expect(revealLiterals(world.as('edsger'), { id: idOf(3) }, reader)).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(
      revealLiterals(world.as('barbara'), { id: idOf(3) }, async () => null),
    ).rejects.toMatchObject({
      code: 'unavailable',
    });
  });

  it('stores hostile text as it is', async () => {
    const text = `DELETE '\u0000\u202Egnp.exe' <script>alert(1)</script> =cmd()`;
    const input = heldDelete(world, sessionId, { text, parameters: [{ type: 25, value: 'a\u0000\\u0000' }] });
    const { id } = await requestApproval(world.by(worker), input);
    const view = await getApproval(world.as('barbara'), id);
    expect(view.text).toBe(text.replace('\u0000', '\uFFFD'));
    expect(view.parameters).toEqual([{ type: 25, value: 'a\uFFFD\\u0000' }]);
  });
});
