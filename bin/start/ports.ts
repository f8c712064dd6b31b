import type { Environment } from '#bin/environment';
import { isPortFree } from '#bin/ports';
import { furtherWorkers } from './specs.ts';

interface Use {
  /** What sets it, as a person reads it. */
  readonly name: string;
  readonly port: number;
  readonly what: string;
  /** What to set where another program has the port. */
  readonly otherwise: string;
}

const portMax = 65_535;

const always = {
  PORT: 'the web page',
  COUNTERSIGN_POSTGRES_PORT: 'the Postgres gateway',
  COUNTERSIGN_ADMIN_PORT: "the gateway's health and metrics",
} as const;
const inSandbox = { COUNTERSIGN_ISSUER_PORT: 'the local issuer' } as const;

/** Throws one sentence a port that is taken, named twice or none, with how to choose another. */
export async function requirePorts(environment: Environment, sandbox: boolean): Promise<void> {
  const faults: string[] = [];
  const seen = new Map<number, string>();
  for (const { name, port, what, otherwise } of usesOf(environment, sandbox)) {
    const other = seen.get(port);
    if (other !== undefined) faults.push(`${name} and ${other} are both ${port}. Give each its own.`);
    else if (!(await isPortFree(port))) {
      faults.push(
        `Port ${port}, for ${what}, is taken by another program. Stop it, or choose ${otherwise} npm start`,
      );
    }
    seen.set(port, name);
  }
  const { COUNTERSIGN_GATEWAY_WORKERS: workers, COUNTERSIGN_ADMIN_PORT: first } = environment;
  if (first + workers - 1 > portMax) {
    faults.push(
      `COUNTERSIGN_GATEWAY_WORKERS=${workers} needs the ports ${first} to ${first + workers - 1} for health and metrics, and ${portMax} is the last there is. Choose lower ones: COUNTERSIGN_ADMIN_PORT=${portMax - workers + 1} npm start`,
    );
  }
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

function usesOf(environment: Environment, sandbox: boolean): readonly Use[] {
  const named = Object.entries({ ...always, ...(sandbox ? inSandbox : {}) }) as [
    keyof typeof always,
    string,
  ][];
  const ports = named.map(([name, what]) => ({
    ...{ name, what, port: environment[name] },
    otherwise: `another port: ${name}=${environment[name] + 10}`,
  }));
  const further = furtherWorkers(environment)
    .filter(({ adminPort }) => adminPort <= portMax)
    .map(({ name, adminPort }) => ({
      name: `COUNTERSIGN_ADMIN_PORT + ${adminPort - environment.COUNTERSIGN_ADMIN_PORT} (${name})`,
      port: adminPort,
      what: `the health and metrics of ${name}`,
      otherwise: `other ports: COUNTERSIGN_ADMIN_PORT=${adminPort + 1}`,
    }));
  return [...ports, ...further];
}
