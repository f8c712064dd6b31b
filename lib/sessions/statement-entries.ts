import type { Db } from '#lib/db/client';
import type { StatementEntry } from './model.ts';

/** A row of the table `statement`, as raw SQL returns it. */
export interface StatementRecord {
  readonly session_id: string;
  readonly seq: number;
  readonly at: Date;
  readonly agent_id: string;
  readonly resource_id: string;
  readonly tag: string;
  readonly text: string;
  readonly actions: string[];
  readonly objects: string[];
  readonly decision: StatementEntry['decision'];
  readonly outcome: StatementEntry['outcome'];
  readonly policies: string[];
  readonly grant_ids: string[];
  readonly ticket: string | null;
  readonly error_code: string | null;
  readonly error_text: string | null;
  readonly rows: bigint | null;
  readonly bytes_out: bigint;
  readonly masked_fields: number;
  readonly duration_us: bigint | null;
}

/** Adds the names that people read. */
export async function statementEntries(
  db: Db,
  rows: readonly StatementRecord[],
): Promise<readonly StatementEntry[]> {
  const [agents, resources] = await Promise.all([
    db.agent.findMany({
      where: { id: { in: [...new Set(rows.map((row) => row.agent_id))] } },
      select: { id: true, name: true },
    }),
    db.resource.findMany({
      where: { id: { in: [...new Set(rows.map((row) => row.resource_id))] } },
      select: { id: true, name: true },
    }),
  ]);
  const named = new Map([...agents, ...resources].map((ref) => [ref.id, ref]));
  const refOf = (id: string) => named.get(id) ?? { id, name: id };
  return rows.map((row) => ({
    sessionId: row.session_id,
    seq: row.seq,
    at: row.at,
    agent: refOf(row.agent_id),
    resource: refOf(row.resource_id),
    tag: row.tag,
    text: row.text,
    actions: row.actions,
    objects: row.objects,
    decision: row.decision,
    outcome: row.outcome,
    policies: row.policies,
    grantIds: row.grant_ids,
    ticket: row.ticket,
    error: row.error_code === null ? null : { code: row.error_code, message: row.error_text ?? '' },
    rows: row.rows === null ? null : Number(row.rows),
    bytesOut: Number(row.bytes_out),
    maskedFields: row.masked_fields,
    durationUs: row.duration_us === null ? null : Number(row.duration_us),
  }));
}
