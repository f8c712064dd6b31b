import { readFile } from 'node:fs/promises';
import { Client } from 'pg';
import type { Environment } from '#bin/environment';
import { homeOf } from '#bin/home';
import { requestToken } from '#bin/sandbox/request-token';

/** An agent at work: statements go through the gateway, and refusals are part of the day. */
export interface Agent {
  /** Runs a statement that must pass. */
  run(text: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  /** Runs one that the gateway is expected to refuse; returns what it said. */
  refused(text: string, values?: readonly unknown[]): Promise<string>;
}

export interface AgentSession {
  readonly agent: string;
  readonly application: string;
  /** In the token, so it is signed; or as the connection's own claim. */
  readonly purpose: { readonly text: string; readonly signed: boolean };
}

/** One connection of an agent, as a driver makes it: token as password, certificate verified. */
export async function asAgent(
  environment: Environment,
  session: AgentSession,
  work: (agent: Agent) => Promise<void>,
): Promise<void> {
  const home = homeOf(environment.COUNTERSIGN_HOME);
  const { purpose } = session;
  const token = await requestToken(home, {
    agent: session.agent,
    issuerPort: environment.COUNTERSIGN_ISSUER_PORT,
    ...(purpose.signed ? { purpose: purpose.text } : {}),
  });
  const client = new Client({
    host: 'localhost',
    port: environment.COUNTERSIGN_POSTGRES_PORT,
    database: 'shop',
    user: session.agent,
    password: token,
    application_name: session.application,
    ...(purpose.signed ? {} : { options: `-c countersign.purpose=${purpose.text.replaceAll(' ', '\\ ')}` }),
    ssl: { ca: await readFile(home.caCertificate, 'utf8') },
  });
  client.on('error', () => {});
  await client.connect();
  try {
    await work({
      async run(text, values = []) {
        const { rows } = await client.query<Record<string, unknown>>(text, [...values]);
        return rows;
      },
      async refused(text, values = []) {
        try {
          await client.query(text, [...values]);
        } catch (error) {
          return error instanceof Error ? error.message : String(error);
        }
        throw new Error(`The gateway let this pass: ${text}`);
      },
    });
  } finally {
    await client.end();
  }
}
