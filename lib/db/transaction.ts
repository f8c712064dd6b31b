import { CountersignError } from '#lib/core/errors';
import type { Db, Tx } from './client.ts';
import { Prisma } from './generated/client.ts';

const attemptsMax = 3;

/** Transactions that are open now: a verb that gets one in its context joins it. */
const open = new WeakSet<object>();

export interface TransactionOptions {
  /** Every query sees the same state: for snapshots. */
  readonly snapshot?: boolean;
  readonly timeoutMs?: number;
}

/**
 * Runs `work` in one read-committed transaction; serialization failures and deadlocks are tried
 * again. Database errors that a caller can act on come out as `conflict` or `invalid`. Inside a
 * transaction that another verb opened (see `joining`), `work` becomes part of that one.
 */
export async function transaction<Result>(
  db: Db,
  work: (tx: Tx) => Promise<Result>,
  { snapshot = false, timeoutMs = 30_000 }: TransactionOptions = {},
): Promise<Result> {
  if (open.has(db)) return work(db);
  const run = (tx: Tx) => {
    open.add(tx);
    return work(tx);
  };
  const options = { maxWait: 5_000, timeout: timeoutMs };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.$transaction(
        run,
        snapshot ? { ...options, isolationLevel: 'RepeatableRead' } : options,
      );
    } catch (error) {
      if (error instanceof Prisma.PrismaClientKnownRequestError) {
        if (error.code === 'P2034' && attempt < attemptsMax) continue;
        throw fromPrisma(error);
      }
      throw error;
    }
  }
}

/** A context whose verbs write inside `tx`, with the caller's own changes: all of it or nothing. */
export function joining<Context extends { readonly db: Db }>(context: Context, tx: Tx): Context {
  return { ...context, db: tx as Db };
}

function fromPrisma(error: InstanceType<typeof Prisma.PrismaClientKnownRequestError>): Error {
  switch (error.code) {
    case 'P2002':
      return new CountersignError('conflict', 'Something with this name or key exists already.', {
        cause: error,
      });
    case 'P2025':
      return new CountersignError('not_found', 'That no longer exists.', { cause: error });
    case 'P2003':
      return new CountersignError('invalid', 'It refers to something that does not exist.', { cause: error });
    case 'P2034':
      return new CountersignError('conflict', 'Somebody else changed it at the same time; try again.', {
        cause: error,
      });
    case 'P2028':
      return new CountersignError('unavailable', 'The database is too busy just now; try again.', {
        cause: error,
      });
    default:
      return error;
  }
}
