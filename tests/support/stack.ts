import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '#bin/ports';

const root = join(import.meta.dirname, '../..');
/** A cold build on two busy cores. */
const upMsMax = 300_000;
const downMsMax = 40_000;

/** A really started product: `countersign start` with a home and ports of its own. */
export interface Stack {
  readonly home: string;
  readonly url: string;
  readonly gatewayPort: number;
  readonly adminPort: number;
  readonly issuerPort: number;
  /** For commands beside it: `countersign token`, `doctor`, `apply`. */
  readonly environment: NodeJS.ProcessEnv;
  readonly process: ChildProcess;
  /** Everything printed so far. */
  output(): string;
  /** Ends it as Ctrl-C does; returns the exit code. */
  stop(signal?: 'SIGINT' | 'SIGTERM'): Promise<number | null>;
  removeHome(): Promise<void>;
}

export interface StackSettings {
  readonly home: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** Ports and a home that nobody else uses. */
export async function stackSettings(): Promise<StackSettings> {
  const ports: number[] = [];
  while (ports.length < 4) ports.push(await freePort(ports));
  const home = await mkdtemp(join(tmpdir(), 'countersign-home-'));
  // As root Postgres runs as another account, which has to pass through.
  await chmod(home, 0o711);
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    COUNTERSIGN_HOME: home,
    PORT: String(ports[0]),
    COUNTERSIGN_POSTGRES_PORT: String(ports[1]),
    COUNTERSIGN_ADMIN_PORT: String(ports[2]),
    COUNTERSIGN_ISSUER_PORT: String(ports[3]),
  };
  for (const name of Object.keys(environment)) {
    if (/^(AUTH_|NEXTAUTH_|PG[A-Z]|npm_)/.test(name) || name === 'DATABASE_URL') delete environment[name];
  }
  return { home, environment };
}

/** Starts the product and waits until it has said that all is up. */
export async function startStack(settings?: StackSettings, printedLast = 'Ctrl-C ends it'): Promise<Stack> {
  const { home, environment } = settings ?? (await stackSettings());
  const child = spawn(process.execPath, [join(root, 'bin/countersign.js'), 'start'], {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const until = Date.now() + upMsMax;
  while (!printed.includes(printedLast)) {
    if (child.exitCode !== null || Date.now() > until) {
      child.kill('SIGTERM');
      throw new Error(`Countersign did not start:\n${printed}`);
    }
    await sleep(100);
  }
  return {
    home,
    url: `http://localhost:${environment.PORT}`,
    gatewayPort: Number(environment.COUNTERSIGN_POSTGRES_PORT),
    adminPort: Number(environment.COUNTERSIGN_ADMIN_PORT),
    issuerPort: Number(environment.COUNTERSIGN_ISSUER_PORT),
    environment,
    process: child,
    output: () => printed,
    async stop(signal = 'SIGTERM') {
      const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      if (child.exitCode !== null) return child.exitCode;
      child.kill(signal);
      await Promise.race([exited, sleep(downMsMax, undefined, { ref: false })]);
      return child.exitCode;
    },
    async removeHome() {
      if (existsSync(home)) await rm(home, { recursive: true, force: true });
    },
  };
}
