import type { Environment } from '#bin/environment';
import { asAgent } from './connect.ts';

/** The reporter reads: sums, a join, and customers, whose confidential columns come back masked. */
export async function report(environment: Environment): Promise<void> {
  await asAgent(
    environment,
    {
      agent: 'reporter',
      application: 'revenue-report',
      purpose: { text: 'REP-12: weekly revenue report', signed: true },
    },
    async (agent) => {
      await agent.run(
        `SELECT date_trunc('month', placed_at) AS month, count(*) AS orders, sum(total_cents) AS cents
         FROM orders WHERE status <> $1 GROUP BY 1 ORDER BY 1 DESC LIMIT 12`,
        ['cancelled'],
      );
      await agent.run(
        `SELECT c.id, c.name, sum(o.total_cents) AS cents
         FROM customers c JOIN orders o ON o.customer_id = c.id
         GROUP BY c.id, c.name ORDER BY cents DESC LIMIT 20`,
      );
      await agent.run(
        'SELECT id, name, email, ssn FROM customers WHERE created_at >= $1 ORDER BY id LIMIT 25',
        ['2025-01-01'],
      );
      await agent.run('SELECT order_id, card_number, amount_cents FROM payments ORDER BY id DESC LIMIT 10');
      await agent.refused(`UPDATE orders SET status = 'paid' WHERE id = 17`);
    },
  );
}

/** Triage looks one customer up by a masked column, and asks for a table that it has no grant for. */
export async function triage(environment: Environment): Promise<void> {
  await asAgent(
    environment,
    {
      agent: 'triage',
      application: 'triage-bot',
      purpose: { text: 'INC-881: order 4711 is stuck', signed: false },
    },
    async (agent) => {
      await agent.run('SELECT id, customer_id, status, placed_at FROM orders WHERE id = $1', [4711]);
      await agent.run(
        `SELECT o.id, o.status, c.name, c.email FROM orders o JOIN customers c ON c.id = o.customer_id
         WHERE o.id BETWEEN $1 AND $2 ORDER BY o.id`,
        [4705, 4715],
      );
      await agent.run('SELECT id, name FROM customers WHERE email = $1', ['nobody@example.com']);
      await agent.refused('SELECT * FROM payments WHERE order_id = 4711');
    },
  );
}

/** The migrator writes a little, and is refused what destroys. */
export async function migration(environment: Environment): Promise<number> {
  let orderId = 0;
  await asAgent(
    environment,
    {
      agent: 'migrator',
      application: 'migrate',
      purpose: { text: 'PAY-17: backfill order status', signed: true },
    },
    async (agent) => {
      await agent.run('SELECT count(*) AS n FROM orders WHERE status = $1', ['pending']);
      await agent.run('BEGIN');
      const [order] = await agent.run(
        `INSERT INTO orders (customer_id, total_cents, status, placed_at)
         VALUES ($1, $2, $3, now()) RETURNING id`,
        [42, 1999, 'pending'],
      );
      orderId = Number(order?.id);
      await agent.run('UPDATE orders SET status = $1 WHERE id = $2', ['cancelled', orderId]);
      await agent.run('COMMIT');
      await agent.refused('DROP TABLE customers');
      await agent.refused('SELECT rolname, rolpassword FROM pg_authid');
    },
  );
  return orderId;
}

/** A held DELETE that somebody decides while the agent waits. */
export async function cleanUp(environment: Environment, orderId: number): Promise<void> {
  await asAgent(
    environment,
    {
      agent: 'migrator',
      application: 'migrate',
      purpose: { text: 'PAY-17: remove the trial order', signed: true },
    },
    async (agent) => {
      await agent.run('DELETE FROM orders WHERE id = $1', [orderId]);
    },
  );
}

/** A held DELETE that nobody decides: it waits in the inbox for a person. */
export async function leavePending(environment: Environment): Promise<void> {
  await asAgent(
    environment,
    {
      agent: 'migrator',
      application: 'migrate',
      purpose: { text: 'PAY-19: remove abandoned orders', signed: true },
    },
    async (agent) => {
      await agent.refused('DELETE FROM orders WHERE id BETWEEN 60 AND 64');
    },
  );
}
