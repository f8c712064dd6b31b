import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a start waits for an earlier one that is just ending. */
const waitMsMax = 3_000;

/**
 * Takes the home for this process. A lock whose process is gone is taken over; a pid that was given
 * to another program since is told by when its process began. Returns what gives the lock back.
 */
export async function takeLock(path: string): Promise<() => Promise<void>> {
  const mine = `${process.pid} ${beganAt(process.pid)}\n`;
  const until = Date.now() + waitMsMax;
  for (;;) {
    if ((await claim(path, mine)) && (await stillMine(path, mine))) {
      return async () => {
        if ((await readFile(path, 'utf8').catch(() => '')) === mine) await rm(path, { force: true });
      };
    }
    const holder = await lockHolder(path);
    if (holder === null) await rm(path, { force: true });
    else if (Date.now() > until) throw new Error(inUse(path, holder));
    else await sleep(100);
  }
}

// A link appears whole or not at all: nobody reads a half-written lock.
async function claim(path: string, mine: string): Promise<boolean> {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, mine, { mode: 0o600 });
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

// Somebody who saw the same stale lock may have removed ours for it.
async function stillMine(path: string, mine: string): Promise<boolean> {
  await sleep(50);
  return (await readFile(path, 'utf8').catch(() => '')) === mine;
}

function inUse(path: string, pid: number): string {
  return (
    `Another start (process ${pid}) uses the data in ${path.replace(/\/lock$/, '')}. ` +
    `Stop it first (Ctrl-C there, or \`kill ${pid}\`), or set COUNTERSIGN_HOME to another folder.`
  );
}

/** The living process that holds the lock, or null. */
export async function lockHolder(path: string): Promise<number | null> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const match = /^(\d+) (.+)\n$/.exec(text);
  if (!match) return null;
  const pid = Number(match[1]);
  return beganAt(pid) === match[2] ? pid : null;
}

/** When a process began, in whatever form this system tells it; empty: there is none. */
function beganAt(pid: number): string {
  try {
    if (process.platform === 'linux') {
      // Field 22, counted after the command's name, which may hold anything but ends with ')'.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
      return `${boot}-${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''}`;
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}
