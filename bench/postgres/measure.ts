import { type ChildProcess, execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Linux counts a process's time in hundredths of a second. */
const tickUs = 10_000;

/** One way to the database. */
export interface Way {
  readonly name: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly password: string;
  readonly sslmode: 'disable' | 'require';
  /** The process in between, whose CPU is counted; null: there is none. */
  readonly child: ChildProcess | null;
  /** Further processes that share its port. */
  readonly beside?: readonly ChildProcess[];
}

/** What pgbench does. */
export interface Load {
  readonly mode: string;
  readonly clients: number;
  /** Null: pgbench's own -S. */
  readonly scriptFile: string | null;
  /** How long, or how many transactions of each client. */
  readonly amount: { readonly seconds: number } | { readonly transactions: number };
}

export interface Measured {
  readonly tps: number;
  /** All threads of the process in between, microseconds a transaction. */
  readonly cpuUs: number;
}

/** User and system time of a process, in microseconds; NaN where it can't be had. */
async function cpuOf(child: ChildProcess | null): Promise<number> {
  if (child?.pid === undefined || process.platform !== 'linux') return Number.NaN;
  const fields = (await readFile(`/proc/${child.pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * tickUs;
}

async function cpuOfAll({ child, beside = [] }: Way): Promise<number> {
  const each = await Promise.all([child, ...beside].map(cpuOf));
  return each.reduce((sum, one) => sum + one, 0);
}

/** One run of pgbench through `way`. */
export async function measure(way: Way, load: Load): Promise<Measured> {
  const { amount } = load;
  const before = await cpuOfAll(way);
  const much = 'seconds' in amount ? ['-T', String(amount.seconds)] : ['-t', String(amount.transactions)];
  const what = load.scriptFile === null ? ['-S'] : ['-f', load.scriptFile];
  const options = ['-n', ...what, '-M', load.mode, '-c', String(load.clients), '-j', '1', ...much];
  const { stdout } = await run('pgbench', options, {
    env: {
      ...process.env,
      PGHOST: '127.0.0.1',
      PGPORT: String(way.port),
      PGUSER: way.user,
      PGDATABASE: way.database,
      PGPASSWORD: way.password,
      PGSSLMODE: way.sslmode,
    },
  });
  const after = await cpuOfAll(way);
  const tps = Number(/tps = ([\d.]+)/.exec(stdout)?.[1] ?? Number.NaN);
  const done = Number(/actually processed: (\d+)/.exec(stdout)?.[1] ?? Number.NaN);
  return { tps, cpuUs: (after - before) / done };
}

/** The middle one; of two in the middle their mean. NaN counts as nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const pair = [sorted[Math.ceil(middle) - 1] ?? Number.NaN, sorted[Math.floor(middle)] ?? Number.NaN];
  return ((pair[0] as number) + (pair[1] as number)) / 2;
}
