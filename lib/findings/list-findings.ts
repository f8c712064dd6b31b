import type { Actor } from '#lib/auth/actor';
import type { Context } from '#lib/auth/context';
import { relationsFor } from '#lib/auth/require-permission';
import { forbidden } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import { decodeMomentCursor, pageOf } from '#lib/core/page';
import { Prisma } from '#lib/db/generated/client';
import type { FindingState, FindingView } from './model.ts';
import { listFindingsInput } from './schema.ts';

export interface ListFindings {
  readonly state?: FindingState | undefined;
  readonly kind?: string | undefined;
  readonly subjectKind?: string | undefined;
  /** About any of these. */
  readonly subjectIds?: readonly string[] | undefined;
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

export interface FindingPage {
  readonly rows: readonly FindingView[];
  readonly nextCursor: string | null;
}

type Row = Omit<FindingView, 'subject'> & {
  subjectKind: string;
  subjectId: string;
  subjectName: string | null;
};

/** Findings, the most recently seen first. Owners see what concerns their agents and resources. */
export async function listFindings(context: Context, input: ListFindings = {}): Promise<FindingPage> {
  const { limit } = parseInput(listFindingsInput, input);
  const found = await context.db.$queryRaw<Row[]>`
    SELECT f.id, f.kind, f.subject_kind AS "subjectKind", f.subject_id AS "subjectId",
      coalesce(a.name, r.name, ga.name || ' on ' || gr.name, c.name) AS "subjectName",
      f.summary, f.details, f.state, f.first_seen_at AS "firstSeenAt", f.last_seen_at AS "lastSeenAt",
      f.resolved_at AS "resolvedAt"
    FROM ${findingsFrom} WHERE ${conditionsOf(context.actor, input)}
    ORDER BY f.last_seen_at DESC, f.id DESC LIMIT ${limit + 1}`;
  const page = pageOf(found, limit, (row) => [row.lastSeenAt.toISOString(), row.id]);
  const rows = page.rows.map(({ subjectKind, subjectId, subjectName, ...row }) => ({
    ...row,
    subject: { kind: subjectKind, id: subjectId, name: subjectName },
  }));
  return { rows, nextCursor: page.next };
}

/** Findings with what they are about. */
export const findingsFrom = Prisma.sql`
  finding f
  LEFT JOIN session s ON f.subject_kind = 'session' AND s.id = f.subject_id
  LEFT JOIN campaign c ON f.subject_kind = 'campaign' AND c.id = f.subject_id
  LEFT JOIN access_grant g ON f.subject_kind = 'grant' AND g.id = f.subject_id
  LEFT JOIN agent ga ON ga.id = coalesce(g.agent_id, s.agent_id)
  LEFT JOIN resource gr ON gr.id = coalesce(g.resource_id, s.resource_id)
  LEFT JOIN agent a ON f.subject_kind = 'agent' AND a.id = f.subject_id
  LEFT JOIN resource r ON f.subject_kind = 'resource' AND r.id = f.subject_id`;

/** What of them the actor sees and the input asks for. */
export function conditionsOf(actor: Actor, input: ListFindings): Prisma.Sql {
  const query = parseInput(listFindingsInput, input);
  const where = [visibleTo(actor)];
  if (query.state) where.push(Prisma.sql`f.state = ${query.state}`);
  if (query.kind) where.push(Prisma.sql`f.kind = ${query.kind}`);
  if (query.subjectKind) where.push(Prisma.sql`f.subject_kind = ${query.subjectKind}`);
  if (query.subjectIds) where.push(Prisma.sql`f.subject_id = ANY(${query.subjectIds})`);
  if (query.cursor) {
    const [before, id] = decodeMomentCursor(query.cursor);
    where.push(Prisma.sql`(f.last_seen_at, f.id) < (${before}, ${id})`);
  }
  return Prisma.join(where, ' AND ');
}

function visibleTo(actor: Actor): Prisma.Sql {
  const relations = relationsFor(actor, 'access.read');
  if (relations.has('all')) return Prisma.sql`true`;
  if (actor.kind !== 'person' || !relations.has('own')) {
    throw forbidden('You may not see findings. Ask an admin for the role that may.');
  }
  return Prisma.sql`(a.owner_id = ${actor.id} OR ga.owner_id = ${actor.id} OR r.owner_id = ${actor.id})`;
}
