import { parseArgs } from 'node:util';
import { type Environment, isSandbox, keepPorts, readEnvironment } from '#bin/environment';
import { ensureHome, type Home, homeOf } from '#bin/home';
import type { RunningPostgres } from '#bin/sandbox/postgres';
import { build, isBuilt } from './build.ts';
import { takeLock } from './lock.ts';
import { requirePorts } from './ports.ts';
import { prepareDatabase, requireConfigured, requireHarmlessLogin } from './production.ts';
import { createProgress, type Progress } from './progress.ts';
import { createServices, type Services } from './services.ts';
import {
  furtherWorkerServices,
  furtherWorkers,
  issuerService,
  type Launch,
  nextBuild,
  productServices,
} from './specs.ts';
import { listenForStop, type Stop } from './stop.ts';

/** Runs the product until it is told to stop. Returns the exit code. */
export async function run(args: string[]): Promise<number> {
  parseArgs({ args, options: {} });
  const environment = readEnvironment();
  const sandbox = isSandbox(environment);
  if (!sandbox) await requireConfigured(environment);
  const home = homeOf(environment.COUNTERSIGN_HOME);
  await ensureHome(home);
  const release = await takeLock(home.lock);
  try {
    await requirePorts(environment, sandbox);
    await keepPorts(environment);
    return await runUntilStopped(environment, home, sandbox);
  } finally {
    await release();
  }
}

interface Start {
  readonly environment: Environment;
  readonly home: Home;
  readonly progress: Progress;
  readonly services: Services;
  readonly stop: Stop;
}

async function runUntilStopped(environment: Environment, home: Home, sandbox: boolean): Promise<number> {
  const stop = listenForStop();
  const services = createServices((message) => stop.request(message));
  const start: Start = { environment, home, progress: createProgress(), services, stop };
  let postgres: RunningPostgres | undefined;
  const keep = (started: RunningPostgres) => {
    postgres = started;
    void started.ended.then(() => stop.request('Postgres has ended. Its log is in the home, under logs/.'));
  };
  const up = (sandbox ? startSandbox(start, keep) : startProduct(start)).catch((error: unknown) =>
    stop.request(error instanceof Error ? error.message : String(error)),
  );
  const fault = await stop.requested;
  start.progress.say(fault === null ? '\n  Stopping …' : `\n${fault}\n\n  Stopping …`);
  const workers = furtherWorkers(environment).map(({ name }) => name);
  await services.stop(['web', 'gateway', ...workers, 'workload']);
  await services.stopAll();
  await up;
  await postgres?.stop();
  stop.done();
  start.progress.say('  Stopped.');
  return fault === null ? 0 : 1;
}

async function startSandbox(start: Start, keep: (postgres: RunningPostgres) => void): Promise<void> {
  const { environment, home, progress, services, stop } = start;
  // Only here: with DATABASE_URL set, nothing of the sandbox is loaded.
  const { openSandbox } = await import('#bin/sandbox/sandbox');
  const { fillSandbox } = await import('#bin/sandbox/fill');
  const { sandboxWelcome } = await import('#bin/sandbox/welcome');
  progress.say('\nCountersign · sandbox\n');
  const built = buildWhenNeeded(start);
  // A failed build is reported below; until then nobody waits for it.
  built.catch(() => {});
  const sandbox = await openSandbox(home, environment, progress);
  keep(sandbox.postgres);
  const launch: Launch = { environment, home, variables: sandbox.variables, toLog: true };
  await progress.step('Local issuer', () => services.start(issuerService(launch)));
  await fillSandbox(start, launch);
  await startFurtherWorkers(start, launch);
  await built;
  await progress.step('Web application', () => services.start(productServices(launch).web));
  if (!stop.isRequested()) progress.say(sandboxWelcome(home, environment, sandbox.postgres.dataDirectory));
}

async function startProduct(start: Start): Promise<void> {
  const { environment, home, progress, services, stop } = start;
  progress.say('\nCountersign\n');
  await progress.step('Control database', () => prepareDatabase(environment));
  await requireHarmlessLogin(environment.DATABASE_URL ?? '');
  await buildWhenNeeded(start);
  const launch: Launch = {
    environment,
    home,
    variables: { COUNTERSIGN_HOME: home.folder, COUNTERSIGN_SANDBOX: '0', COUNTERSIGN_MIGRATE_URL: '' },
    toLog: false,
  };
  const { jobs, gateway, web } = productServices(launch);
  await progress.step('Background jobs', () => services.start(jobs));
  await progress.step('Gateway', () => services.start(gateway));
  await startFurtherWorkers(start, launch);
  await progress.step('Web application', () => services.start(web));
  if (stop.isRequested()) return;
  progress.say(`
  Page      ${environment.NEXTAUTH_URL ?? `http://localhost:${environment.PORT}`}
  Gateway   port ${environment.COUNTERSIGN_POSTGRES_PORT}
  Health    http://localhost:${environment.COUNTERSIGN_ADMIN_PORT}/health
`);
}

async function startFurtherWorkers({ progress, services }: Start, launch: Launch): Promise<void> {
  const workers = furtherWorkerServices(launch);
  if (workers.length === 0) return;
  await progress.step(`${workers.length} more on its port`, async () => {
    for (const worker of workers) await services.start(worker);
  });
}

async function buildWhenNeeded({ home, progress, services }: Start): Promise<void> {
  if (await isBuilt()) return;
  await progress.step('Web application built (about a minute, only after changes)', () =>
    build(() => services.runOnce(nextBuild(home))),
  );
}
