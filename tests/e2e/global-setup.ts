import { startStack } from '#tests/support/stack';

/** One really started product for all browser tests: the production build, a home and ports of its own. */
export default async function setup(): Promise<() => Promise<void>> {
  // One that runs already, while writing tests.
  if (process.env.COUNTERSIGN_E2E) return async () => {};
  const stack = await startStack();
  process.env.COUNTERSIGN_E2E = JSON.stringify({
    home: stack.home,
    url: stack.url,
    gatewayPort: stack.gatewayPort,
    adminPort: stack.adminPort,
    environment: stack.environment,
  });
  return async () => {
    const code = await stack.stop('SIGTERM');
    if (code !== 0) throw new Error(`Countersign ended with ${code}:\n${stack.output().slice(-2_000)}`);
    await stack.removeHome();
  };
}
