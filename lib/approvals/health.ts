import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { parseInput } from '#lib/core/input';
import { Prisma } from '#lib/db/generated/client';
import type { ApproverHealth, HealthFigures } from './model.ts';
import { healthSchema } from './schema.ts';

/** Looked at for less than this is no look. */
const fastMs = 3_000;

type Row = Omit<HealthFigures, 'approveRate'> & { id: string; name: string };

const figures = Prisma.sql`
  count(*)::int AS answers,
  count(*) FILTER (WHERE y.answer = 'approve')::int AS approved,
  count(*) FILTER (WHERE y.answer = 'deny')::int AS denied,
  (percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM y.at - r.created_at) * 1000))::float8
    AS "medianMsToDecide",
  (percentile_cont(0.5) WITHIN GROUP (ORDER BY y.dwell_ms))::float8 AS "medianDwellMs",
  count(*) FILTER (WHERE y.dwell_ms < ${fastMs})::int AS fast`;

/** How people answered in a time, by person and by the rule that asked. For admins and auditors. */
export async function approverHealth(
  context: Context,
  input: { readonly from: Date; readonly to: Date },
): Promise<ApproverHealth> {
  requirePermission(context.actor, 'settings.read');
  const { from, to } = parseInput(healthSchema, input);
  const people = await context.db.$queryRaw<Row[]>`
    SELECT p.id, p.name, ${figures}
    FROM approval_answer y JOIN approval_request r ON r.id = y.request_id JOIN person p ON p.id = y.person_id
    WHERE y.at >= ${from} AND y.at < ${to} AND y.actor_kind = 'person'
    GROUP BY p.id, p.name ORDER BY answers DESC, p.name`;
  const rules = await context.db.$queryRaw<(Row & { asked: number; unanswered: number })[]>`
    SELECT q.rule AS id, q.rule AS name, q.asked, q.unanswered, f.*
    FROM (SELECT r.card #>> '{rule,id}' AS rule, count(*)::int AS asked,
        count(*) FILTER (WHERE r.state = 'expired')::int AS unanswered
      FROM approval_request r WHERE r.created_at >= ${from} AND r.created_at < ${to} GROUP BY 1) q
    CROSS JOIN LATERAL (SELECT ${figures} FROM approval_answer y JOIN approval_request r ON r.id = y.request_id
      WHERE r.card #>> '{rule,id}' = q.rule AND y.actor_kind = 'person'
        AND r.created_at >= ${from} AND r.created_at < ${to}) f
    ORDER BY q.asked DESC, q.rule`;
  return {
    people: people.map(({ id, name, ...row }) => ({ person: { id, name }, ...withRate(row) })),
    rules: rules.map(({ id, name: _name, ...row }) => ({ rule: id, ...row, ...withRate(row) })),
  };
}

function withRate(row: Omit<HealthFigures, 'approveRate'>): HealthFigures {
  return { ...row, approveRate: row.answers === 0 ? null : row.approved / row.answers };
}
