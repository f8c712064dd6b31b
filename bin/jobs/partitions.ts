import type { Db } from '#lib/db/client';

const monthsAhead = 2;

/** Makes the months' partitions of statements before their rows come. */
export async function ensurePartitions(db: Db, now: Date): Promise<void> {
  for (let ahead = 0; ahead <= monthsAhead; ahead += 1) {
    const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1));
    await db.$executeRaw`SELECT ensure_statement_partition(${month}::date)`;
  }
}
