import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const leash = join(import.meta.dirname, 'leash.ts');
const readyMsMax = 60_000;
/** How long a service may take to end before it is killed. */
const graceMsDefault = 12_000;
const logBytesMax = 5_000_000;
/** A service that ends by itself is started again, this often a minute. */
const restartsMax = 5;
const restartWindowMs = 60_000;

export interface ServiceSpec {
  readonly name: string;
  /** What Node runs, with its arguments. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Null: our own output. */
  readonly logFile: string | null;
  readonly graceMs?: number;
  /** True once the service answers; `said`: it has told us so itself. */
  readonly isReady: (said: boolean) => Promise<boolean>;
}

export interface Services {
  start(spec: ServiceSpec): Promise<void>;
  /** Runs to its end; throws with the end of its log when it fails. */
  runOnce(spec: Omit<ServiceSpec, 'isReady'>): Promise<void>;
  /** Ends these services, in parallel. */
  stop(names: readonly string[]): Promise<void>;
  stopAll(): Promise<void>;
}

interface Running {
  readonly spec: Omit<ServiceSpec, 'isReady'>;
  child: ChildProcess;
  exited: Promise<void>;
  wanted: boolean;
  readonly restarts: number[];
}

/** Child processes of one start. `onLost` hears of a service that does not stay up. */
export function createServices(onLost: (message: string) => void): Services {
  const running = new Map<string, Running>();
  let closing = false;

  function launch(spec: Omit<ServiceSpec, 'isReady'>): Running {
    if (closing) throw new Error('Countersign is stopping.');
    const { child, exited } = spawnChild(spec);
    const service: Running = { spec, child, exited, wanted: true, restarts: [] };
    running.set(spec.name, service);
    return service;
  }

  function keepUp(service: Running): void {
    void service.exited.then(() => {
      if (!service.wanted || closing) return;
      const now = Date.now();
      service.restarts.push(now);
      const recent = service.restarts.filter((at) => now - at < restartWindowMs).length;
      if (recent > restartsMax) {
        onLost(`The ${service.spec.name} does not stay up.\n${tailOf(service.spec.logFile)}`);
        return;
      }
      Object.assign(service, spawnChild(service.spec));
      keepUp(service);
    });
  }

  async function end(service: Running): Promise<void> {
    service.wanted = false;
    running.delete(service.spec.name);
    signalGroup(service.child, 'SIGTERM');
    const late = setTimeout(
      () => signalGroup(service.child, 'SIGKILL'),
      service.spec.graceMs ?? graceMsDefault,
    );
    await service.exited;
    clearTimeout(late);
  }

  return {
    async start(spec) {
      const service = launch(spec);
      await untilReady(spec, service);
      keepUp(service);
    },
    async runOnce(spec) {
      const service = launch(spec);
      await service.exited;
      running.delete(spec.name);
      if (service.child.exitCode !== 0) throw new Error(`${spec.name} failed.\n${tailOf(spec.logFile)}`);
    },
    async stop(names) {
      const found = names.flatMap((name) => running.get(name) ?? []);
      await Promise.all(found.map(end));
    },
    async stopAll() {
      closing = true;
      await Promise.all([...running.values()].map(end));
    },
  };
}

async function untilReady(spec: ServiceSpec, service: Running): Promise<void> {
  let ended = false;
  let said = false;
  service.child.once('message', () => {
    said = true;
  });
  const watch = service.exited.then(() => {
    ended = true;
  });
  const until = Date.now() + readyMsMax;
  while (!(await spec.isReady(said).catch(() => false))) {
    if (ended || Date.now() > until) {
      service.wanted = false;
      const how = ended ? 'ended while starting' : 'does not answer';
      throw new Error(`The ${spec.name} ${how}.\n${tailOf(spec.logFile)}`);
    }
    await Promise.race([sleep(60), watch]);
  }
}

// A group of its own: a terminal's Ctrl-C reaches only the launcher, which ends all in order.
function spawnChild(spec: Omit<ServiceSpec, 'isReady'>): Pick<Running, 'child' | 'exited'> {
  const log = spec.logFile === null ? null : openLog(spec.logFile);
  const output = log ?? 'inherit';
  const child = spawn(process.execPath, ['--import', leash, ...spec.command], {
    env: {
      ...process.env,
      NODE_ENV: 'production',
      ...spec.environment,
      COUNTERSIGN_LAUNCHER: String(process.pid),
    },
    stdio: ['ignore', output, output, 'ipc'],
    detached: true,
  });
  if (log !== null) closeSync(log);
  child.on('error', () => {});
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  return { child, exited };
}

function signalGroup(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    // To the group only when it must go: a service ends its own helpers when it is asked to.
    process.kill(signal === 'SIGKILL' ? -child.pid : child.pid, signal);
  } catch {
    // It went by itself.
  }
}

function openLog(path: string): number {
  try {
    if (statSync(path).size > logBytesMax) renameSync(path, `${path}.1`);
  } catch {
    // There is none yet.
  }
  return openSync(path, 'a', 0o600);
}

function tailOf(path: string | null): string {
  if (path === null) return '';
  try {
    const lines = readFileSync(path, 'utf8').trim().split('\n').slice(-12);
    return `The end of ${path}:\n${lines.map((line) => `    ${line}`).join('\n')}`;
  } catch {
    return '';
  }
}
