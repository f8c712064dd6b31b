import { execFileSync, spawnSync } from 'node:child_process';

/** Who runs the server: Postgres refuses root, so root hands it to an unprivileged account. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Null: the server runs as whoever started us. As root: `postgres` where it exists, else `nobody`. */
export function serverAccount(): Account | null {
  if (process.getuid?.() !== 0) return null;
  for (const name of ['postgres', 'nobody']) {
    const uid = idOf('-u', name);
    const gid = idOf('-g', name);
    if (uid !== null && gid !== null && uid !== 0) return { name, uid, gid };
  }
  throw new Error(
    'Postgres does not run as root, and this machine has neither an account "postgres" nor "nobody". ' +
      'Start Countersign as an ordinary user.',
  );
}

function idOf(flag: '-u' | '-g', name: string): number | null {
  try {
    const text = execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const id = Number.parseInt(text, 10);
    return Number.isInteger(id) ? id : null;
  } catch {
    return null;
  }
}

/** What `spawn` needs to run as the account. */
export function asAccount(account: Account | null): { uid?: number; gid?: number } {
  return account ? { uid: account.uid, gid: account.gid } : {};
}

/** Whether the account may enter this folder: a checkout in root's home (0700) hides all below it. */
export function canEnter(account: Account | null, directory: string): boolean {
  if (account === null) return true;
  const probe = spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', directory], {
    ...asAccount(account),
    cwd: '/',
    stdio: 'ignore',
  });
  return probe.status === 0;
}
