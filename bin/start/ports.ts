import type { Environment } from '#bin/environment';
import { isPortFree } from '#bin/ports';

interface Use {
  readonly variable:
    | 'PORT'
    | 'COUNTERSIGN_POSTGRES_PORT'
    | 'COUNTERSIGN_ADMIN_PORT'
    | 'COUNTERSIGN_ISSUER_PORT';
  readonly what: string;
}

const always: readonly Use[] = [
  { variable: 'PORT', what: 'the web page' },
  { variable: 'COUNTERSIGN_POSTGRES_PORT', what: 'the Postgres gateway' },
  { variable: 'COUNTERSIGN_ADMIN_PORT', what: "the gateway's health and metrics" },
];
const inSandbox: readonly Use[] = [{ variable: 'COUNTERSIGN_ISSUER_PORT', what: 'the local issuer' }];

/** Throws one sentence a port that is taken or named twice, with how to choose another. */
export async function requirePorts(environment: Environment, sandbox: boolean): Promise<void> {
  const faults: string[] = [];
  const seen = new Map<number, string>();
  for (const { variable, what } of sandbox ? [...always, ...inSandbox] : always) {
    const port = environment[variable];
    const other = seen.get(port);
    if (other !== undefined) faults.push(`${variable} and ${other} are both ${port}. Give each its own.`);
    else if (!(await isPortFree(port))) {
      faults.push(
        `Port ${port}, for ${what}, is taken by another program. Stop it, or choose another port: ${variable}=${port + 10} npm start`,
      );
    }
    seen.set(port, variable);
  }
  if (faults.length > 0) throw new Error(faults.join('\n'));
}
