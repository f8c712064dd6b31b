import type { Client } from 'pg';
import { Client as Direct } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { shopMasks, startTestGateway, type TestGateway } from '#tests/support/gateway';
import { createTargetDatabase, type TargetDatabase } from '#tests/support/target-database';

let target: TargetDatabase;
let gateway: TestGateway;
let client: Client;

beforeAll(async () => {
  target = await createTargetDatabase();
  gateway = await startTestGateway({ target, masks: shopMasks, holdMs: 1_500 });
});

afterAll(async () => {
  await gateway?.close();
  await target?.drop();
});

beforeEach(async () => {
  client = await gateway.connect();
});

afterEach(async () => {
  await client.end().catch(() => {});
});

async function countDirect(where: string): Promise<number> {
  const direct = new Direct(target.url);
  await direct.connect();
  const { rows } = await direct.query<{ n: string }>(`select count(*) as n from orders where ${where}`);
  await direct.end();
  return Number(rows[0]?.n);
}

describe('a held statement', () => {
  it('runs once when it is approved in time', async () => {
    const notices: string[] = [];
    client.on('notice', (notice) => notices.push(notice.message ?? ''));
    const running = client.query('DELETE FROM orders WHERE id < 5');
    const { id, request } = await gateway.control.pending();
    expect(request.card.verdict).toMatch(
      /^Deletes about \d+ of [\d,]+ rows in public\.orders; not reversible$/,
    );
    expect(request.groups).toEqual(['dba']);
    gateway.control.answer(id, 'approved');
    expect((await running).rowCount).toBe(4);
    expect(await countDirect('id < 5')).toBe(0);
    expect(notices.join()).toContain('[HELD] ticket AR-');
  });

  it('is refused with the reason when it is denied', async () => {
    const running = client.query('DELETE FROM orders WHERE id = 10');
    running.catch(() => {});
    const { id } = await gateway.control.pending();
    gateway.control.answer(id, 'denied', 'not during the audit.');
    await expect(running).rejects.toMatchObject({
      code: '42501',
      message: expect.stringMatching(/denied by Barbara: not during the audit\. Do not work around\.$/),
    });
    expect(await countDirect('id = 10')).toBe(1);
  });

  it('ends at once with the question that an approver asks, and never runs by it', async () => {
    const running = client.query('DELETE FROM orders WHERE id = 19');
    running.catch(() => {});
    const { id } = await gateway.control.pending();
    gateway.control.ask(id, 'Which ticket\nis this for?');
    await expect(running).rejects.toMatchObject({
      code: '42501',
      message: expect.stringMatching(
        /^\[PENDING\] ticket AR-\d+: Barbara asks: Which ticket is this for\? Answer/,
      ),
      hint: expect.stringContaining('/* answer:'),
    });
    gateway.control.ask(id, 'Only that one.', 'DELETE FROM orders WHERE id = 19 AND total_cents = 0');
    const again = await gateway.connect();
    await expect(again.query('DELETE FROM orders WHERE id = 19')).rejects.toThrow(
      'Send that one instead: DELETE FROM orders WHERE id = 19 AND total_cents = 0',
    );
    expect(await countDirect('id = 19')).toBe(1);
    gateway.control.answer(id, 'denied', 'superseded');
    await again.end();
  });

  it('is pending when nobody answers, never runs late, and runs on a fresh request after approval', async () => {
    const text = 'DELETE FROM orders WHERE id = 11';
    await expect(client.query(text)).rejects.toMatchObject({
      code: '42501',
      message: expect.stringMatching(/^\[PENDING\] ticket AR-\d+: Deletes about 1 of/),
    });
    const { id } = await gateway.control.pending();
    gateway.control.answer(id, 'approved');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await countDirect('id = 11')).toBe(1);
    const again = await gateway.connect();
    expect((await again.query(text)).rowCount).toBe(1);
    await expect(again.query(`${text} AND true`)).rejects.toMatchObject({ code: '42501' });
    gateway.control.answer((await gateway.control.pending()).id, 'denied');
    await again.end();
  });

  it('is bound to its parameters', async () => {
    const statement = (value: number) => client.query('DELETE FROM orders WHERE id = $1', [value]);
    const running = statement(12);
    const { id, request } = await gateway.control.pending();
    expect(request.parameters).toEqual([{ type: 0, value: '12' }]);
    gateway.control.answer(id, 'approved');
    expect((await running).rowCount).toBe(1);
    const other = statement(13);
    other.catch(() => {});
    gateway.control.answer((await gateway.control.pending()).id, 'denied');
    await expect(other).rejects.toMatchObject({ code: '42501' });
    expect(await countDirect('id = 13')).toBe(1);
  });

  it('inside a transaction is pending at once, and the transaction stays the server’s own', async () => {
    await client.query('BEGIN');
    await client.query('SAVEPOINT here');
    const started = Date.now();
    await expect(client.query('DELETE FROM orders WHERE id = 14')).rejects.toMatchObject({
      message: expect.stringContaining('[PENDING]'),
    });
    expect(Date.now() - started).toBeLessThan(1_400);
    await expect(client.query('SELECT 1')).rejects.toMatchObject({ code: '25P02' });
    await client.query('ROLLBACK TO here');
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await client.query('COMMIT');
    expect(await countDirect('id = 14')).toBe(1);
    gateway.control.answer((await gateway.control.pending()).id, 'denied');
  });

  it('does not run when the agent leaves', async () => {
    client.query('DELETE FROM orders WHERE id = 15').catch(() => {});
    const { id } = await gateway.control.pending();
    client.connection.stream.destroy();
    await expect.poll(() => gateway.control.approvals.get(id)?.state.state).toBe('cancelled');
    expect(await countDirect('id = 15')).toBe(1);
  });

  it('is recorded as cancelled when the agent leaves, however late the withdrawal is answered', async () => {
    const { control } = gateway;
    const withdraw = control.cancelApproval.bind(control);
    let answer: (() => void) | null = null;
    control.cancelApproval = async (...args) => {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      await withdraw(...args);
    };
    try {
      client.query('DELETE FROM orders WHERE id = 20').catch(() => {});
      const { id, request } = await control.pending();
      client.connection.stream.destroy();
      await expect.poll(() => answer).not.toBeNull();
      // What closes the session has had its turn.
      await new Promise((resolve) => setTimeout(resolve, 100));
      (answer as (() => void) | null)?.();
      await expect.poll(() => control.approvals.get(id)?.state.state).toBe('cancelled');
      const ofIt = (row: { sessionId: string; seq: number }) =>
        row.sessionId === request.sessionId && row.seq === request.seq;
      await expect.poll(() => control.statements.find(ofIt)?.outcome).toBe('cancelled');
    } finally {
      control.cancelApproval = withdraw;
    }
  });

  it('is withdrawn by a cancel', async () => {
    const running = client.query('DELETE FROM orders WHERE id = 16');
    running.catch(() => {});
    const { id } = await gateway.control.pending();
    const canceller = new Direct(await gateway.options());
    (canceller as unknown as { cancel(client: Client, query: unknown): void }).cancel;
    const { processID, secretKey } = client as unknown as { processID: number; secretKey: number };
    const { connect } = await import('node:net');
    const socket = connect(gateway.port, '127.0.0.1');
    const packet = Buffer.alloc(16);
    packet.writeInt32BE(16, 0);
    packet.writeInt32BE(80877102, 4);
    packet.writeInt32BE(processID, 8);
    packet.writeInt32BE(secretKey, 12);
    socket.end(packet);
    await expect(running).rejects.toMatchObject({ code: '57014' });
    expect(gateway.control.approvals.get(id)?.state.state).toBe('cancelled');
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  it('does not run when the session is cut', async () => {
    const ended = new Promise((resolve) => client.once('end', resolve));
    const running = client.query('DELETE FROM orders WHERE id = 17');
    running.catch(() => {});
    await gateway.control.pending();
    gateway.control.cut('agent', 'agt_migrator', 'suspended by Ada');
    await expect(running).rejects.toMatchObject({
      code: '28000',
      message: expect.stringContaining('suspended by Ada'),
    });
    await ended;
    expect(await countDirect('id = 17')).toBe(1);
  });

  it('poisons the rest of a script, until BEGIN or a pause', async () => {
    await expect(client.query('DROP TABLE orders')).rejects.toMatchObject({ code: '42501' });
    await expect(client.query('INSERT INTO orders SELECT * FROM orders WHERE false')).rejects.toMatchObject({
      message: expect.stringContaining('a statement before it in this script was refused'),
    });
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await client.query('SET countersign.resume = on');
    await client.query('UPDATE orders SET status = status WHERE id = 20');
  });
});
