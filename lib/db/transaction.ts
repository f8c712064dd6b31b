import { CountersignError } from '#lib/core/errors';
import type { Db, Tx } from './client.ts';
import { Prisma } from './generated/client.ts';

const attemptsMax = 3;

/**
 * Runs `work` in one read-committed transaction; serialization failures and deadlocks are tried
 * again. Database errors that a caller can act on come out as `conflict` or `invalid`.
 */
export async function transaction<Result>(db: Db, work: (tx: Tx) => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.$transaction(work, { maxWait: 5_000, timeout: 30_000 });
    } catch (error) {
      if (error instanceof Prisma.PrismaClientKnownRequestError) {
        if (error.code === 'P2034' && attempt < attemptsMax) continue;
        throw fromPrisma(error);
      }
      throw error;
    }
  }
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
    default:
      return error;
  }
}
