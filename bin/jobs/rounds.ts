import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '#lib/auth/context';
import type { Job } from './table.ts';

const backoffMsMax = 30_000;

/** Runs every job in its own rounds until `signal`; a failing one tries again ever later. */
export async function runRounds(
  jobs: readonly Job[],
  contextFor: (job: Job) => Context,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(jobs.map((job) => roundsOf(job, contextFor(job), signal)));
}

async function roundsOf(job: Job, context: Context, signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      await job.run(context);
      failures = 0;
    } catch (error) {
      failures += 1;
      console.error(`${job.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
    const pause = failures === 0 ? job.everyMs : Math.min(job.everyMs * 2 ** failures, backoffMsMax);
    await sleep(Math.max(pause, failures === 0 ? 0 : job.everyMs), undefined, { signal }).catch(() => {});
  }
}
