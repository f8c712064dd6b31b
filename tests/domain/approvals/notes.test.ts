import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  approvalState,
  askQuestion,
  cancelApproval,
  cancelOpenRequests,
  denyRequest,
  getApproval,
  proposeNarrower,
  requestApproval,
} from '#lib/approvals/index';
import { answerIn } from '#lib/approvals/rules';
import { transaction } from '#lib/db/transaction';
import { type ControlDatabase, createControlDatabase } from '#tests/support/control-database';
import { createWorld, type World, worker } from '../reviews/world.ts';
import { heldDelete } from './held.ts';

let database: ControlDatabase;
let world: World;
let sessionId: string;
let serial = 0;
beforeAll(async () => {
  database = await createControlDatabase();
  world = await createWorld(database.db);
  const grantId = await world.addGrant({});
  sessionId = await world.addSession({ grantIds: [grantId] });
});
afterAll(() => database.drop());

const by = () => world.by(worker);
/** A held statement of its own; `again` files the same from another session or with a comment. */
async function held(): Promise<{
  id: string;
  again: (session: string, comment?: string) => Promise<unknown>;
}> {
  serial += 1;
  const statement = heldDelete(world, sessionId, { text: `DELETE FROM orders WHERE id = ${serial}` });
  const { id } = await requestApproval(by(), statement);
  return {
    id,
    again: (session, comment = '') =>
      requestApproval(by(), { ...statement, sessionId: session, answer: answerIn(comment + statement.text) }),
  };
}
const stateOf = async (id: string) => approvalState(by(), id);

describe('a question', () => {
  it('reaches the agent, is answered by a comment once, and leaves both in the ledger', async () => {
    const { id, again } = await held();
    expect(await stateOf(id)).toMatchObject({ state: 'pending', question: null });
    await askQuestion(world.as('barbara'), { id, question: 'Which ticket is this for?' });
    const asked = { by: 'barbara', text: 'Which ticket is this for?', statement: null };
    expect(await stateOf(id)).toMatchObject({ state: 'pending', question: asked });
    expect(await again(sessionId)).toMatchObject({ id, question: asked });
    expect(await again(sessionId, '/* answer: SHOP-12, agreed\nwith Ada */ ')).toMatchObject({
      id,
      question: null,
    });
    // A second answer has no question to go to.
    await again(sessionId, '/* answer: and another */ ');
    const { notes } = await getApproval(world.as('barbara'), id);
    expect(notes).toMatchObject([
      { kind: 'question', by: { name: 'barbara' } },
      { kind: 'answer', by: null, text: 'SHOP-12, agreed\nwith Ada' },
    ]);
    const entries = await world.db.ledgerEntry.findMany({
      where: { subjectId: id, action: { startsWith: 'approval.question' } },
      orderBy: { id: 'asc' },
    });
    expect(entries.map((one) => [one.action, one.actorKind])).toEqual([
      ['approval.questioned', 'person'],
      ['approval.question-answered', 'worker'],
    ]);
    // The agent's words stand in the note, not in the ledger's sentence.
    expect(entries.map((one) => one.summary).join()).not.toContain('SHOP-12');
  });

  it('is asked by who may decide, of what still waits', async () => {
    const { id } = await held();
    const question = 'why?';
    for (const name of ['ada', 'grace', 'linus', 'edsger'] as const) {
      await expect(askQuestion(world.as(name), { id, question }), name).rejects.toMatchObject({
        code: 'forbidden',
      });
    }
    await expect(askQuestion(world.as('barbara'), { id, question: ' ' })).rejects.toMatchObject({
      code: 'invalid',
    });
    await denyRequest(world.as('alan'), { id, reason: 'no' });
    await expect(askQuestion(world.as('barbara'), { id, question })).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(await stateOf(id)).toMatchObject({ state: 'denied', question: null });
  });

  it('can’t be changed afterwards', async () => {
    const client = new pg.Client({ connectionString: database.ownerUrl });
    await client.connect();
    await expect(client.query(`UPDATE approval_note SET text = 'x'`)).rejects.toThrow(/append-only/);
    await client.end();
  });
});

describe('a narrower statement', () => {
  it('is proposed, never sent: what waits stays as it was', async () => {
    const { id } = await held();
    const before = await getApproval(world.as('barbara'), id);
    const statement = 'DELETE FROM orders WHERE id = 1 AND status = $1';
    await proposeNarrower(world.as('barbara'), { id, note: 'Only the cancelled ones.', statement });
    expect(await stateOf(id)).toMatchObject({ state: 'pending', question: { statement } });
    const after = await getApproval(world.as('barbara'), id);
    expect([after.text, after.binding, after.state]).toEqual([before.text, before.binding, before.state]);
    expect(await world.db.approvalRequest.count({ where: { canonicalText: statement.toLowerCase() } })).toBe(
      0,
    );
    await expect(
      proposeNarrower(world.as('barbara'), { id, note: 'x', statement: '' }),
    ).rejects.toMatchObject({ code: 'invalid' });
  });
});

describe('two sessions that wait for the same statement', () => {
  it('do not share a cancel: it is withdrawn with the last', async () => {
    const other = await world.addSession({});
    const { id, again } = await held();
    await again(other);
    const leave = (session: string) =>
      cancelApproval(by(), { id, reason: 'the agent left', sessionId: session });
    expect(await leave(sessionId)).toBe(false);
    expect(await stateOf(id)).toMatchObject({ state: 'pending' });
    expect(await leave(other)).toBe(true);
    expect(await stateOf(id)).toMatchObject({ state: 'cancelled', reason: 'the agent left' });
  });

  it('keep it when one of them is cut, and lose it when both are', async () => {
    const other = await world.addSession({});
    const { id, again } = await held();
    await again(other);
    const cut = (session: string) =>
      transaction(world.db, (tx) =>
        cancelOpenRequests(tx, world.as('ada'), { sessionId: session }, 'the session was cut'),
      );
    await cut(sessionId);
    expect(await stateOf(id)).toMatchObject({ state: 'pending' });
    await cut(other);
    expect(await stateOf(id)).toMatchObject({ state: 'cancelled' });
  });

  it('never lose a joined one to a cancel at the same moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      const other = await world.addSession({});
      const { id, again } = await held();
      const [, joined] = await Promise.all([
        cancelApproval(by(), { id, reason: 'left', sessionId }),
        again(other),
      ]);
      // Joined in time it waits; too late, it is filed anew.
      const now = await stateOf((joined as { id: string }).id);
      expect(now).toMatchObject({ state: 'pending' });
    }
  });
});
