import { Client } from 'pg';
import { CountersignError } from '#lib/core/errors';
import { channel } from '#lib/db/notify';

const backOffMsMin = 100;
const backOffMsMax = 5_000;
/** An answer that takes longer means that the connection is dead, whatever the socket says. */
const queryMsMax = 3_000;

export interface Listening {
  /** Runs a statement on the very connection that listens: its answer proves the subscription. */
  query(text: string, values: readonly unknown[]): Promise<void>;
  close(): Promise<void>;
}

export interface ListenHandlers {
  readonly heard: (payload: string) => void;
  /** The subscription was lost and stands again. */
  readonly again: () => void;
}

function openClient(url: string): Client {
  return new Client({
    connectionString: url,
    application_name: 'countersign-listener',
    keepAlive: true,
    connectionTimeoutMillis: queryMsMax,
    query_timeout: queryMsMax,
  });
}

/** One dedicated connection that listens, made anew with growing pauses when it is lost. */
export async function listen(url: string, handlers: ListenHandlers): Promise<Listening> {
  let current: Client | null = null;
  let closed = false;
  let backOffMs = backOffMsMin;
  let timer: NodeJS.Timeout | undefined;

  async function connect(): Promise<void> {
    const client = openClient(url);
    let lost = false;
    const lose = () => {
      if (lost) return;
      lost = true;
      if (current === client) current = null;
      client.end().catch(() => {});
      if (!closed) retry();
    };
    client.on('error', lose);
    client.on('end', lose);
    client.on('notification', ({ payload }) => handlers.heard(payload ?? ''));
    try {
      await client.connect();
      await client.query(`LISTEN ${channel}`);
    } catch (error) {
      // `lose` would plan the next attempt; the first one is the caller's to judge.
      lost = true;
      client.end().catch(() => {});
      throw error;
    }
    if (closed || lost) {
      lose();
      throw new CountersignError('unavailable', 'The subscription was lost while it was made.');
    }
    current = client;
    backOffMs = backOffMsMin;
  }

  function retry(): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      connect().then(handlers.again, () => {
        if (!closed) retry();
      });
    }, backOffMs);
    backOffMs = Math.min(backOffMs * 2, backOffMsMax);
  }

  await connect();
  return {
    async query(text, values) {
      const client = current;
      if (client === null) throw new CountersignError('unavailable', 'The subscription does not stand now.');
      try {
        await client.query(text, [...values]);
      } catch (cause) {
        client.connection.stream.destroy();
        throw new CountersignError('unavailable', 'The control database does not answer.', { cause });
      }
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await current?.end().catch(() => {});
      current = null;
    },
  };
}
