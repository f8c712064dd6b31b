import { type Environment, isSandbox, readEnvironment, readEnvironmentBeside } from './environment.ts';
import { homeOf } from './home.ts';

/**
 * The environment that the product's processes run with: ours, or in sandbox mode the sandbox's.
 * Throws one sentence where no sandbox was started yet.
 */
export async function productEnvironment(): Promise<Environment & { readonly sandbox: boolean }> {
  const environment = readEnvironmentBeside();
  if (!isSandbox(environment)) return { ...environment, sandbox: false };
  const { sandboxVariables } = await import('./sandbox/sandbox.ts');
  const variables = await sandboxVariables(homeOf(environment.COUNTERSIGN_HOME), environment);
  return { ...readEnvironment({ ...process.env, ...portsOf(environment), ...variables }), sandbox: true };
}

function portsOf(environment: Environment): Record<string, string> {
  return {
    PORT: String(environment.PORT),
    COUNTERSIGN_POSTGRES_PORT: String(environment.COUNTERSIGN_POSTGRES_PORT),
    COUNTERSIGN_ISSUER_PORT: String(environment.COUNTERSIGN_ISSUER_PORT),
    COUNTERSIGN_ADMIN_PORT: String(environment.COUNTERSIGN_ADMIN_PORT),
  };
}
