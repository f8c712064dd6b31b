import { type Environment, isSandbox, readEnvironment } from './environment.ts';
import { homeOf } from './home.ts';

/**
 * The environment that the product's processes run with: ours, or in sandbox mode the sandbox's.
 * Throws one sentence where no sandbox was started yet.
 */
export async function productEnvironment(): Promise<Environment & { readonly sandbox: boolean }> {
  const environment = readEnvironment();
  if (!isSandbox(environment)) return { ...environment, sandbox: false };
  const { sandboxVariables } = await import('./sandbox/sandbox.ts');
  const variables = await sandboxVariables(homeOf(environment.COUNTERSIGN_HOME), environment);
  return { ...readEnvironment({ ...process.env, ...variables }), sandbox: true };
}
