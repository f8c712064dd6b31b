import { checkServerIdentity } from 'node:tls';
import { Client, type QueryArrayConfig } from 'pg';
import type { TargetRecord } from '#proxy/control/control-plane';
import type { Log } from '#proxy/services';
import type { Credential, Credentials } from './credentials.ts';
import { pinnedSettings } from './parameters.ts';

const connectMsMax = 5_000;
const questionMsMax = 10_000;

export type Rows = readonly (readonly (string | null)[])[];

/** Values come as text, whatever their type: what reads them knows what they are. */
const asText = { getTypeParser: () => (value: unknown) => value };

/** The gateway's own connection to one target: catalog, estimates, stopping backends. Never an agent's text but under EXPLAIN. */
export class ControlConnection {
  readonly #target: TargetRecord;
  readonly #credentials: Credentials;
  readonly #log: Log;
  #client: Promise<Client> | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(target: TargetRecord, credentials: Credentials, log: Log) {
    this.#target = target;
    this.#credentials = credentials;
    this.#log = log;
  }

  /** Questions in one read-only transaction, one after the other; nobody else's come between. */
  inTransaction<Result>(
    settings: string,
    work: (ask: (text: string, values?: readonly (string | null)[]) => Promise<Rows>) => Promise<Result>,
  ): Promise<Result> {
    return this.#inTurn(async (client) => {
      await client.query(`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${settings}`);
      try {
        return await work((text, values) => askClient(client, text, values));
      } finally {
        await client.query('ROLLBACK');
      }
    });
  }

  ask(text: string, values: readonly (string | null)[] = []): Promise<Rows> {
    return this.#inTurn((client) => askClient(client, text, values));
  }

  async close(): Promise<void> {
    const client = await this.#client?.catch(() => null);
    this.#client = null;
    await client?.end();
  }

  #inTurn<Result>(work: (client: Client) => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(async () => {
      const client = await this.#connected();
      return work(client);
    });
    this.#turn = result.catch(() => {});
    return result;
  }

  #connected(): Promise<Client> {
    this.#client ??= this.#connect().catch((error: unknown) => {
      this.#client = null;
      throw error;
    });
    return this.#client;
  }

  async #connect(): Promise<Client> {
    const target = this.#target;
    const { password, certificate } = await this.#credentials.of(target);
    const options = Array.from(pinnedSettings, ([name, value]) => `-c ${name}=${value}`).join(' ');
    const client = new Client({
      host: target.host,
      port: target.port,
      database: target.database ?? target.resource.name,
      ...(target.username === null ? {} : { user: target.username }),
      ...(password === null ? {} : { password }),
      ssl: tlsOf(target, certificate),
      application_name: 'countersign control',
      options,
      connectionTimeoutMillis: connectMsMax,
      query_timeout: questionMsMax,
      keepAlive: true,
    });
    client.on('error', (error) => {
      this.#client = null;
      this.#log(`the control connection of ${target.resource.name} was lost`, error);
    });
    client.on('end', () => {
      this.#client = null;
    });
    await client.connect();
    return client;
  }
}

async function askClient(
  client: Client,
  text: string,
  values: readonly (string | null)[] = [],
): Promise<Rows> {
  // Never the simple protocol: it would run several statements.
  const question: QueryArrayConfig & { queryMode: 'extended' } = {
    text,
    values: [...values],
    rowMode: 'array',
    types: asText,
    queryMode: 'extended',
  };
  const result = await client.query<(string | null)[]>(question);
  return result.rows;
}

function tlsOf(target: TargetRecord, certificate: Credential['certificate']) {
  if (target.tls === 'disable') return false;
  return {
    rejectUnauthorized: target.tls === 'verify-full',
    ...(target.caCertificate === null ? {} : { ca: target.caCertificate }),
    ...certificate,
    ...(target.tls === 'verify-full' ? { checkServerIdentity } : {}),
  };
}
