import type { Actor } from '#lib/auth/actor';
import type { Context } from '#lib/auth/context';
import { may, requirePermission } from '#lib/auth/require-permission';
import { notFound } from '#lib/core/errors';
import { idInput, parseInput } from '#lib/core/input';
import { decodeMomentCursor, type Page, pageOf } from '#lib/core/page';
import type { Db } from '#lib/db/client';
import type { Prisma } from '#lib/db/generated/client';
import type { KeepingState, RecordingKeeping, StandingHold } from './model.ts';
import { packDaysDefault } from './policy.ts';
import { type KeepingFilter, keepingFilter } from './schema.ts';
import { whyKept } from './why-kept.ts';

const include = {
  session: {
    select: {
      ...{ id: true, grantIds: true, startedAt: true, endedAt: true },
      agent: { select: { id: true, name: true } },
      resource: { select: { id: true, name: true } },
    },
  },
} as const;
type Found = Prisma.RecordingGetPayload<{ include: typeof include }>;

/** Recordings by what keeps them, the newest first. For who may put them under legal hold. */
export async function listRecordings(
  context: Context,
  filter: KeepingFilter,
  packDays: number = packDaysDefault,
): Promise<Page<RecordingKeeping>> {
  requirePermission(context.actor, 'recording.hold');
  const { state, cursor, limit } = parseInput(keepingFilter, filter);
  const where: Prisma.RecordingWhereInput[] = [];
  if (state) where.push(whereOf(state, context.clock.now()));
  if (cursor) {
    const [at, id] = decodeMomentCursor(cursor);
    where.push({ OR: [{ sealedAt: { lt: at } }, { sealedAt: at, sessionId: { lt: id } }] });
  }
  const found = await context.db.recording.findMany({
    where: { AND: where },
    orderBy: [{ sealedAt: 'desc' }, { sessionId: 'desc' }],
    take: limit + 1,
    include,
  });
  const page = pageOf(found, limit, (row) => [row.sealedAt.toISOString(), row.sessionId]);
  return { rows: await keepings(context, page.rows, packDays), next: page.next };
}

/** One recording's; null while the session has none. */
export async function recordingKeeping(
  context: Context,
  sessionId: string,
  packDays: number = packDaysDefault,
): Promise<RecordingKeeping | null> {
  requirePermission(context.actor, 'recording.hold');
  const id = parseInput(idInput, sessionId);
  const session = await context.db.session.findUnique({
    where: { id },
    select: { recording: { include } },
  });
  if (session === null) throw notFound('There is no such session.');
  const [keeping] = session.recording ? await keepings(context, [session.recording], packDays) : [];
  return keeping ?? null;
}

function whereOf(state: KeepingState, now: Date): Prisma.RecordingWhereInput {
  if (state === 'deleted') return { state: 'deleted' };
  if (state === 'held') return { state: { not: 'deleted' }, legalHold: true };
  const end = state === 'due' ? { retainUntil: { lte: now } } : endLater(now);
  return { AND: [{ state: { not: 'deleted' }, legalHold: false }, end] };
}

function endLater(now: Date): Prisma.RecordingWhereInput {
  return { OR: [{ retainUntil: null }, { retainUntil: { gt: now } }] };
}

async function keepings(
  { db, actor, clock }: Context,
  found: readonly Found[],
  packDays: number,
): Promise<readonly RecordingKeeping[]> {
  const now = clock.now();
  const holds = await standingHolds(db, found);
  return Promise.all(
    found.map(async (recording): Promise<RecordingKeeping> => {
      const { session, sessionId, bytes, digest, sealedAt, retainUntil, deletedAt } = recording;
      const keptBecause = await whyKept(db, recording, packDays, now);
      return {
        ...{ sessionId, digest, sealedAt, retainUntil, deletedAt, keptBecause },
        agent: session.agent,
        resource: session.resource,
        state: stateOf(recording, now),
        bytes: Number(bytes),
        hold: holds.get(sessionId) ?? null,
        may: mayOf(actor, recording, keptBecause),
      };
    }),
  );
}

function mayOf(actor: Actor, { state }: Found, keptBecause: string | null): RecordingKeeping['may'] {
  return {
    hold: state !== 'deleted' && may(actor, 'recording.hold'),
    delete: keptBecause === null && may(actor, 'recording.delete'),
  };
}

function stateOf({ state, legalHold, retainUntil }: Found, now: Date): KeepingState {
  if (state === 'deleted') return 'deleted';
  if (legalHold) return 'held';
  return retainUntil !== null && retainUntil <= now ? 'due' : 'kept';
}

/** Who put which recording under hold, and why: the ledger's newest word on it. */
async function standingHolds(db: Db, found: readonly Found[]): Promise<ReadonlyMap<string, StandingHold>> {
  const held = found.filter(({ legalHold }) => legalHold).map(({ sessionId }) => sessionId);
  if (held.length === 0) return new Map();
  const entries = await db.ledgerEntry.findMany({
    where: { action: 'recording.held', subjectKind: 'session', subjectId: { in: held } },
    orderBy: [{ at: 'asc' }, { id: 'asc' }],
    select: { subjectId: true, actorName: true, at: true, payload: true },
  });
  return new Map(
    entries.map(({ subjectId, actorName, at, payload }) => [
      subjectId,
      { by: actorName, at, reason: reasonOf(payload) },
    ]),
  );
}

function reasonOf(payload: unknown): string {
  const reason = (payload as { reason?: unknown } | null)?.reason;
  return typeof reason === 'string' ? reason : '';
}
