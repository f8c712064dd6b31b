import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

/** Held by the one jobs process that works; the others wait for it. */
const jobsLock = 7_309_114;
const retryMs = 2_000;

/**
 * Runs `work` while this process holds the jobs' lock, again each time it gets it, until `signal`.
 * The lock lives on a connection of its own: when that is lost, `work` is told to stop.
 */
export async function whileLeader(
  url: string,
  signal: AbortSignal,
  work: (leading: AbortSignal) => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    const lost = new AbortController();
    const client = new Client({
      connectionString: url,
      application_name: 'countersign jobs',
      keepAlive: true,
    });
    client.on('error', () => lost.abort());
    client.on('end', () => lost.abort());
    try {
      await client.connect();
      const { rows } = await client.query<{ held: boolean }>('SELECT pg_try_advisory_lock($1) AS held', [
        jobsLock,
      ]);
      if (rows[0]?.held) await work(AbortSignal.any([signal, lost.signal]));
    } catch (error) {
      console.error(`jobs: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      await client.end().catch(() => {});
    }
    await sleep(retryMs, undefined, { signal }).catch(() => {});
  }
}
