import type { Context } from '#lib/auth/context';
import { relationsFor } from '#lib/auth/require-permission';
import { forbidden, notFound } from '#lib/core/errors';
import { idInput, parseInput } from '#lib/core/input';
import { decodeMomentCursor, type Page, pageOf } from '#lib/core/page';
import type { Prisma } from '#lib/db/generated/client';
import { personRef } from '#lib/people/index';
import { answeredBy } from '#lib/resources/index';
import { whyNotDecide } from './deciders.ts';
import { expiresAt, openSince } from './expiry.ts';
import type { AccessRequestRow, AccessRequestState } from './model.ts';
import { type AccessRequestFilter, accessRequestFilter } from './schema.ts';

type Found = Prisma.AccessRequestGetPayload<{
  include: { grants: { select: { id: true; createdAt: true } } };
}>;
const include = { grants: { select: { id: true, createdAt: true }, orderBy: { createdAt: 'asc' } } } as const;

/** Requests for access, the newest first: all for who answers or audits, else those of own agents. */
export async function listAccessRequests(
  context: Context,
  filter: AccessRequestFilter,
): Promise<Page<AccessRequestRow>> {
  const { state, agentId, mine, cursor, limit } = parseInput(accessRequestFilter, filter);
  const where: Prisma.AccessRequestWhereInput[] = [await visible(context)];
  if (state) where.push({ state });
  if (agentId) where.push({ agentId });
  if (mine) where.push(await decidable(context));
  if (cursor) {
    const [at, id] = decodeMomentCursor(cursor);
    where.push({ OR: [{ createdAt: { lt: at } }, { createdAt: at, id: { lt: id } }] });
  }
  const found = await context.db.accessRequest.findMany({
    where: { AND: where },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: limit + 1,
    include,
  });
  const page = pageOf(found, limit, (row) => [row.createdAt.toISOString(), row.id]);
  return { rows: await rowsOf(context, page.rows), next: page.next };
}

export async function getAccessRequest(context: Context, requestId: string): Promise<AccessRequestRow> {
  const id = parseInput(idInput, requestId);
  const found = await context.db.accessRequest.findFirst({
    where: { AND: [{ id }, await visible(context)] },
    include,
  });
  const [row] = found ? await rowsOf(context, [found]) : [];
  if (!row) throw notFound('There is no such request.');
  return row;
}

/** How many wait, of those that the person may see. */
export async function countAccessRequests(context: Context): Promise<number> {
  const open = { state: 'pending', createdAt: { gt: openSince(context.clock.now()) } };
  return context.db.accessRequest.count({ where: { AND: [open, await visible(context)] } });
}

async function visible({ db, actor }: Context): Promise<Prisma.AccessRequestWhereInput> {
  if (actor.kind === 'agent') return { agentId: actor.id };
  const relations = relationsFor(actor, 'approval.list');
  if (relations.has('all')) return {};
  if (!relations.has('own') || actor.kind !== 'person') {
    throw forbidden('You may not see requests for access. Ask an admin for the role that may.');
  }
  const own = await db.agent.findMany({ where: { ownerId: actor.id }, select: { id: true } });
  return { OR: [{ agentId: { in: own.map(({ id }) => id) } }, { requestedById: actor.id }] };
}

/** Pending, for a resource that this person answers for, and independent of it. */
async function decidable({ db, actor }: Context): Promise<Prisma.AccessRequestWhereInput> {
  if (actor.kind !== 'person' || relationsFor(actor, 'approval.decide').size === 0) return { id: { in: [] } };
  const [resources, own] = await Promise.all([
    db.resource.findMany({ where: await answeredBy(db, actor.groupIds), select: { id: true } }),
    db.agent.findMany({
      where: { OR: [{ ownerId: actor.id }, { sponsorId: actor.id }] },
      select: { id: true },
    }),
  ]);
  return {
    state: 'pending',
    resourceId: { in: resources.map(({ id }) => id) },
    agentId: { notIn: own.map(({ id }) => id) },
    OR: [{ requestedById: null }, { requestedById: { not: actor.id } }],
  };
}

async function rowsOf({ db, actor, clock }: Context, found: readonly Found[]): Promise<AccessRequestRow[]> {
  const ids = (of: readonly (string | null)[]) => ({
    id: { in: [...new Set(of.flatMap((id) => id ?? []))] },
  });
  const [agents, resources, people] = await Promise.all([
    db.agent.findMany({ where: ids(found.map((row) => row.agentId)) }),
    db.resource.findMany({
      where: ids(found.map((row) => row.resourceId)),
      select: { id: true, name: true, environment: true },
    }),
    db.person.findMany({
      where: ids(found.flatMap((row) => [row.requestedById, row.decidedById])),
      select: { id: true, name: true, leftAt: true },
    }),
  ]);
  const rows: AccessRequestRow[] = [];
  for (const { agentId, resourceId, grants, requestedById, decidedById, ...row } of found) {
    const agent = agents.find(({ id }) => id === agentId);
    const resource = resources.find(({ id }) => id === resourceId);
    if (!agent || !resource) continue;
    const person = (id: string | null) => personRef(people.find((one) => one.id === id) ?? null);
    const open = row.state === 'pending' && expiresAt(row.createdAt) > clock.now();
    rows.push({
      id: row.id,
      agent: { id: agent.id, name: agent.name },
      resource,
      actions: row.actions,
      scope: row.scope,
      reason: row.reason,
      durationSeconds: row.durationSeconds,
      requestedBy: person(requestedById),
      state: row.state as AccessRequestState,
      decidedBy: person(decidedById),
      decisionReason: row.decisionReason,
      decidedAt: row.decidedAt,
      createdAt: row.createdAt,
      expiresAt: expiresAt(row.createdAt),
      grantId: grants[0]?.id ?? null,
      may: { decide: open && (await whyNotDecide(db, actor, { resourceId, requestedById, agent })) === null },
    });
  }
  return rows;
}
