import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from './generated/client.ts';

export type Db = PrismaClient;

/** What verbs write through: a client, or the transaction they stand in. */
export type Tx = Omit<PrismaClient, '$connect' | '$disconnect' | '$on' | '$transaction' | '$extends'>;

/** Opens a client on `url`. `connectionsMax` bounds its pool: 2 cores serve few at once. */
export function openDb(url: string, connectionsMax = 8): Db {
  return new PrismaClient({ adapter: new PrismaPg({ connectionString: url, max: connectionsMax }) });
}
