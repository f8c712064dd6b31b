import { join } from 'node:path';
import type { Environment } from '#bin/environment';
import type { Home } from '#bin/home';
import { root } from './build.ts';
import type { ServiceSpec } from './services.ts';

const next = join(root, 'node_modules/next/dist/bin/next');
const telemetryOff = { NEXT_TELEMETRY_DISABLED: '1' };

/** What one start's services have in common. */
export interface Launch {
  readonly environment: Environment;
  readonly home: Home;
  readonly variables: Readonly<Record<string, string>>;
  /** Sandbox: into log files; else into our own output, where an operator collects it. */
  readonly toLog: boolean;
}

export function logOf({ home, toLog }: Pick<Launch, 'home' | 'toLog'>, name: string): string | null {
  return toLog ? join(home.logs, `${name}.log`) : null;
}

export function nextBuild(home: Home): Omit<ServiceSpec, 'isReady'> {
  return {
    name: 'build',
    command: [next, 'build', root],
    environment: telemetryOff,
    logFile: join(home.logs, 'build.log'),
  };
}

export function issuerService(launch: Launch): ServiceSpec {
  const port = launch.environment.COUNTERSIGN_ISSUER_PORT;
  return {
    name: 'issuer',
    command: [join(root, 'bin/sandbox/issuer.ts')],
    environment: launch.variables,
    logFile: logOf(launch, 'issuer'),
    isReady: () => answersOk(`http://127.0.0.1:${port}/.well-known/openid-configuration`),
  };
}

/** Gateway workers beside the first: each on the same port, with the next admin port. */
export function furtherWorkers(
  environment: Environment,
): readonly { readonly name: string; readonly adminPort: number }[] {
  const { COUNTERSIGN_GATEWAY_WORKERS: workers, COUNTERSIGN_ADMIN_PORT: first } = environment;
  return Array.from({ length: workers - 1 }, (_, index) => ({
    name: `gateway-${index + 2}`,
    adminPort: first + index + 1,
  }));
}

export function furtherWorkerServices(launch: Launch): readonly ServiceSpec[] {
  return furtherWorkers(launch.environment).map(({ name, adminPort }) => ({
    name,
    command: [join(root, 'proxy/main.ts')],
    environment: { ...launch.variables, COUNTERSIGN_ADMIN_PORT: String(adminPort) },
    logFile: logOf(launch, name),
    isReady: () => answersOk(`http://127.0.0.1:${adminPort}/health`),
  }));
}

export function productServices(launch: Launch): Record<'jobs' | 'gateway' | 'web', ServiceSpec> {
  const { PORT: port, COUNTERSIGN_ADMIN_PORT: adminPort } = launch.environment;
  const sandbox = launch.variables.COUNTERSIGN_SANDBOX === '1';
  return {
    jobs: {
      name: 'jobs',
      command: [join(root, 'bin/jobs.ts')],
      environment: launch.variables,
      logFile: logOf(launch, 'jobs'),
      isReady: async (said) => said,
    },
    gateway: {
      name: 'gateway',
      command: [join(root, 'proxy/main.ts')],
      environment: launch.variables,
      logFile: logOf(launch, 'gateway'),
      isReady: () => answersOk(`http://127.0.0.1:${adminPort}/health`),
    },
    web: {
      name: 'web',
      // Anybody may sign in to the sandbox, so it is reachable from this machine only.
      command: [next, 'start', root, '-p', String(port), ...(sandbox ? ['-H', '127.0.0.1'] : [])],
      environment: { ...telemetryOff, ...launch.variables, PORT: String(port) },
      // It holds no state, and waits for open event streams, which never end by themselves.
      graceMs: 2_500,
      logFile: logOf(launch, 'web'),
      isReady: () => answersOk(`http://127.0.0.1:${port}/api/health`),
    },
  };
}

/** True when an HTTP address answers with a 2xx. */
export async function answersOk(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(3_000) });
  await response.body?.cancel();
  return response.ok;
}
