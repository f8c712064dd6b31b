import { z } from 'zod';
import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { conflict, invalid, notFound } from '#lib/core/errors';
import { newId } from '#lib/core/ids';
import { machineName, parseInput, reasonInput } from '#lib/core/input';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';

const exceptionsMax = 100;
const freezesShownMax = 200;

const newFreeze = z.object({
  environment: z.enum(['production', 'staging', 'development']),
  reason: reasonInput,
  /** Left out: now. */
  startsAt: z.date().optional(),
  endsAt: z.date(),
  /** Names of agents that the freeze leaves alone. */
  exceptions: z.array(machineName).max(exceptionsMax).default([]),
});

export type NewFreeze = z.input<typeof newFreeze>;

export interface FreezeRow {
  readonly id: string;
  readonly environment: string;
  readonly reason: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly exceptions: readonly string[];
  readonly createdById: string | null;
  readonly endedAt: Date | null;
  readonly state: 'planned' | 'standing' | 'over';
}

/** Lets nothing but reads run in an environment for a time. Live sessions feel it at their next statement. */
export async function createFreeze(context: Context, input: NewFreeze): Promise<{ id: string }> {
  requirePermission(context.actor, 'access.change');
  const freeze = parseInput(newFreeze, input);
  const { actor, clock } = context;
  const now = clock.now();
  const startsAt = freeze.startsAt ?? now;
  if (freeze.endsAt <= startsAt || freeze.endsAt <= now) {
    throw invalid('The freeze would be over before it begins.', [{ at: 'endsAt', message: 'is too early' }]);
  }
  return transaction(context.db, async (tx) => {
    const known = await tx.agent.findMany({
      where: { name: { in: freeze.exceptions } },
      select: { name: true },
    });
    const missing = freeze.exceptions.find((name) => !known.some((agent) => agent.name === name));
    if (missing) throw invalid(`There is no agent "${missing}".`, [{ at: 'exceptions', message: missing }]);
    const id = newId('freeze', now);
    const terms = { ...freeze, startsAt, exceptions: [...new Set(freeze.exceptions)] };
    await tx.freeze.create({
      data: { id, ...terms, createdById: actor.kind === 'person' ? actor.id : null, createdAt: now },
    });
    await appendEntry(tx, {
      actor,
      action: 'freeze.created',
      subject: { kind: 'freeze', id },
      summary: `${actor.name} ${windowWords(freeze.environment, startsAt, freeze.endsAt, now)}: ${freeze.reason}`,
      payload: { ...terms, startsAt: startsAt.toISOString(), endsAt: freeze.endsAt.toISOString() },
      at: now,
    });
    await notify(tx, { kind: 'access-changed' });
    return { id };
  });
}

function windowWords(environment: string, startsAt: Date, endsAt: Date, now: Date): string {
  const until = `until ${endsAt.toISOString()}`;
  return startsAt > now
    ? `planned a freeze of ${environment} from ${startsAt.toISOString()} ${until}`
    : `froze ${environment} ${until}`;
}

/** Ends a freeze before its time, or one that has not begun. */
export async function endFreeze(context: Context, input: { id: string; reason: string }): Promise<void> {
  requirePermission(context.actor, 'access.change');
  const { id, reason } = parseInput(z.object({ id: z.string(), reason: reasonInput }), input);
  const { actor, clock } = context;
  const now = clock.now();
  await transaction(context.db, async (tx) => {
    const { count } = await tx.freeze.updateMany({
      where: { id, endedAt: null, endsAt: { gt: now } },
      data: { endedAt: now },
    });
    if (count === 0) {
      const found = await tx.freeze.findUnique({ where: { id }, select: { id: true } });
      throw found ? conflict('The freeze is over already.') : notFound('There is no such freeze.');
    }
    await appendEntry(tx, {
      actor,
      action: 'freeze.ended',
      subject: { kind: 'freeze', id },
      summary: `${actor.name} ended a freeze: ${reason}`,
      payload: { reason },
      at: now,
    });
    await notify(tx, { kind: 'access-changed' });
  });
}

/** The latest freezes, those that end last first. */
export async function listFreezes(context: Context): Promise<readonly FreezeRow[]> {
  requirePermission(context.actor, 'access.read', { own: true, assigned: true });
  const now = context.clock.now();
  const freezes = await context.db.freeze.findMany({
    orderBy: [{ endsAt: 'desc' }, { id: 'desc' }],
    take: freezesShownMax,
  });
  return freezes.map(({ createdAt: _, ...freeze }) => ({
    ...freeze,
    state: freeze.endedAt || freeze.endsAt <= now ? 'over' : freeze.startsAt > now ? 'planned' : 'standing',
  }));
}
