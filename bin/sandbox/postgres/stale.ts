import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const stopMsMax = 30_000;

/**
 * Stops a server that an earlier start left on this data directory. The caller holds the home's
 * lock, so nobody else uses it.
 */
export async function stopStaleServer(dataDirectory: string): Promise<void> {
  const file = join(dataDirectory, 'postmaster.pid');
  const pid = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10);
  if (!Number.isInteger(pid) || pid <= 1) return;
  if (!isServerOn(pid, dataDirectory)) {
    await rm(file, { force: true });
    return;
  }
  await stopServer(pid, () => !isServerOn(pid, dataDirectory));
}

/** Fast shutdown, then immediate. Throws when the server outlives both. */
export async function stopServer(pid: number, gone: () => boolean): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    const until = Date.now() + stopMsMax;
    while (Date.now() < until) {
      if (gone()) return;
      await sleep(50);
    }
  }
  throw new Error(`Postgres (process ${pid}) does not stop.`);
}

// A pid may have been given to another program since; its command line says whose it is.
function isServerOn(pid: number, dataDirectory: string): boolean {
  const line = commandLine(pid);
  return line.includes('postgres') && line.includes(dataDirectory);
}

function commandLine(pid: number): string {
  try {
    if (process.platform === 'linux')
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}
