import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { type RunningStack, tokenFor } from './fixtures.ts';

export interface AgentOptions {
  readonly agent?: string;
  /** Signed into the token. */
  readonly purpose?: string;
  /** As the client names itself: nothing checks it. */
  readonly application?: string;
}

/** A real driver's connection through the gateway, as an agent makes it. */
export async function connectAgent(stack: RunningStack, options: AgentOptions = {}): Promise<Client> {
  const { agent = 'migrator', purpose, application = 'e2e' } = options;
  const client = new Client({
    host: 'localhost',
    port: stack.gatewayPort,
    database: 'shop',
    user: agent,
    password: await tokenFor(stack, agent, ...(purpose === undefined ? [] : ['--purpose', purpose])),
    application_name: application,
    ssl: { ca: await readFile(join(stack.home, 'ca.crt'), 'utf8') },
  });
  // A cut closes the connection under the driver: that is what is being tested.
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** What came of a statement: its row count, or the error's message. */
export function outcomeOf(query: Promise<{ rowCount: number | null }>): Promise<number | string> {
  return query.then(
    (result) => result.rowCount ?? 0,
    (error: Error) => error.message,
  );
}
