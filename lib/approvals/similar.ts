import { ticketOf } from '#lib/core/ids';
import type { Tx } from '#lib/db/client';
import type { ApprovalStateName, SimilarApproval } from './model.ts';

const shownMax = 5;

interface Found {
  id: string;
  number: number;
  agent_id: string;
  agent: string;
  state: ApprovalStateName;
  reason: string | null;
  created_at: Date;
  same_text: boolean;
  deciders: string[] | null;
  outcome: string | null;
  rows: bigint | null;
}

/** Earlier requests of the same shape (same facts, or same command on the same objects) on the resource. */
export async function similarTo(tx: Tx, requestId: string): Promise<SimilarApproval[]> {
  const found = await tx.$queryRaw<Found[]>`
    SELECT o.id, o.number, o.agent_id, a.name AS agent, o.state, o.state_reason AS reason, o.created_at,
      o.canonical_text = r.canonical_text AS same_text, d.deciders, st.outcome, st.rows
    FROM approval_request r
    JOIN approval_request o ON o.resource_id = r.resource_id AND o.number < r.number
      AND o.state <> 'pending'
      AND (o.facts_digest = r.facts_digest
        OR (o.card ->> 'tag' = r.card ->> 'tag' AND o.card -> 'objects' = r.card -> 'objects'))
    JOIN agent a ON a.id = o.agent_id
    LEFT JOIN LATERAL (
      SELECT array_agg(coalesce(p.name, 'the sandbox') ORDER BY y.at) AS deciders
      FROM approval_answer y LEFT JOIN person p ON p.id = y.person_id
      WHERE y.request_id = o.id AND (y.answer = 'deny') = (o.state = 'denied')) d ON true
    LEFT JOIN statement st ON st.session_id = o.used_session_id AND st.seq = o.used_seq
      AND st.at >= o.created_at - interval '1 hour'
    WHERE r.id = ${requestId}
    ORDER BY o.number DESC LIMIT ${shownMax}`;
  return found.map((row) => ({
    id: row.id,
    ticket: ticketOf(row.number),
    agent: { id: row.agent_id, name: row.agent },
    state: row.state,
    decidedBy: row.deciders ?? [],
    reason: row.reason,
    createdAt: row.created_at,
    sameText: row.same_text,
    outcome: row.outcome ? { status: row.outcome, rows: row.rows === null ? null : Number(row.rows) } : null,
  }));
}
