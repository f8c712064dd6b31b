import { PrismaPg } from '@prisma/adapter-pg';
import { Client, type PoolConfig } from 'pg';
import { PrismaClient } from './generated/client.ts';

export type Db = PrismaClient;

/** What verbs write through: a client, or the transaction they stand in. */
export type Tx = Omit<PrismaClient, '$connect' | '$disconnect' | '$on' | '$transaction' | '$extends'>;

/**
 * Prisma reads the relations of one transaction side by side on its one connection; `pg` queues
 * them, but warns that it will not for ever. Here each waits for the one before it.
 */
class InTurnClient extends Client {
  #last: Promise<unknown> = Promise.resolve();

  constructor(config?: PoolConfig) {
    super(config);
    const inOrder = this.query.bind(this) as (...given: unknown[]) => unknown;
    const inTurn = (...given: unknown[]): unknown => {
      // A callback or a stream of its own (COPY) waits by itself.
      const first = given[0];
      const submits = typeof first === 'object' && first !== null && 'submit' in first;
      if (submits || typeof given.at(-1) === 'function') return inOrder(...given);
      const run = this.#last.then(() => inOrder(...given));
      this.#last = run.catch(() => {});
      return run;
    };
    Object.defineProperty(this, 'query', { value: inTurn });
  }
}

/** Opens a client on `url`. `connectionsMax` bounds its pool: 2 cores serve few at once. */
export function openDb(url: string, connectionsMax = 8): Db {
  const pool: PoolConfig = { connectionString: url, max: connectionsMax };
  return new PrismaClient({ adapter: new PrismaPg({ ...pool, Client: InTurnClient }) });
}
