import type { StatementRow } from '#lib/usage/index';

const tables = ['customers', 'orders', 'payments', 'invoices', 'shipments', 'returns', 'audits', 'prices'];
const start = Date.now();

/** Statements as agents' sessions send them: eight tables, reads mostly, some writes, a few denied. */
export function statements(count: number, batch: number): StatementRow[] {
  return Array.from({ length: count }, (_, index) => {
    const number = batch * count + index;
    const table = tables[number % tables.length] ?? 'customers';
    const write = number % 5 === 0;
    const denied = number % 97 === 0;
    const action = write ? 'write' : 'read';
    return {
      sessionId: `ses_bench${Math.floor(number / 400)}`,
      seq: number % 400,
      at: new Date(start + batch),
      agentId: `agt_${number % 7}`,
      resourceId: 'res_shop',
      tag: write ? 'UPDATE' : 'SELECT',
      text: write
        ? `UPDATE ${table} SET status = 'shipped', changed_at = now() WHERE id = ${number}`
        : `SELECT id, status, total_cents, placed_at FROM ${table} WHERE customer_id = ${number} ORDER BY id LIMIT 50`,
      actions: [action],
      objects: [`public.${table}`],
      permissions: [{ action, object: `public.${table}` }],
      decision: denied ? 'deny' : 'allow',
      outcome: denied ? 'refused' : 'completed',
      policies: [`grant:gnt_${number % 7}:${action}:0`],
      grantIds: [`gnt_${number % 7}`],
      ticket: null,
      errorCode: null,
      errorText: null,
      rows: 12,
      bytesOut: 900,
      maskedFields: 0,
      durationUs: 800,
      factsDigest: `facts-${number % 40}`,
    };
  });
}
