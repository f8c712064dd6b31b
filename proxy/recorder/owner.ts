import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** A folder of another host counts as left when its owner has not touched it for this long. */
const foreignGoneMs = 60_000;
const ownerFile = 'owner.json';

interface Owner {
  readonly host: string;
  readonly boot: string;
  readonly pid: number;
  /** Start of the process in the kernel's ticks: a reused pid is another process. */
  readonly started: string;
}

/** Makes a worker's folder and writes who owns it. */
export function claimDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(join(directory, ownerFile), JSON.stringify(ownerOf(process.pid)), { mode: 0o600 });
}

/** Says that the folder's owner has left: whoever starts next may take it. */
export function releaseDirectory(directory: string): void {
  rmSync(join(directory, ownerFile), { force: true });
}

/** Proves life to other hosts that share the home. */
export function touchDirectory(directory: string): void {
  const now = new Date();
  utimesSync(join(directory, ownerFile), now, now);
}

/** True when the folder's owner is gone. */
export function isOrphan(directory: string): boolean {
  const path = join(directory, ownerFile);
  if (!existsSync(path)) return true;
  let owner: Owner;
  try {
    owner = JSON.parse(readFileSync(path, 'utf8')) as Owner;
  } catch {
    return true;
  }
  if (owner.host !== hostname()) return Date.now() - statSync(path).mtimeMs > foreignGoneMs;
  const now = ownerOf(owner.pid);
  return owner.boot !== now.boot || now.started === '' || owner.started !== now.started;
}

/** Takes an orphaned folder over; null: somebody else was faster. */
export function takeOver(directory: string, taken: string): string | null {
  try {
    renameSync(directory, taken);
  } catch {
    return null;
  }
  claimDirectory(taken);
  return taken;
}

function ownerOf(pid: number): Owner {
  return { host: hostname(), boot: bootId(), pid, started: startOf(pid) };
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

/** Empty when there is no such process. Without /proc only the pid can be asked for. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    if (existsSync('/proc/self/stat')) return '';
    try {
      process.kill(pid, 0);
      return 'alive';
    } catch {
      return '';
    }
  }
}
