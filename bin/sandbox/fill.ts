import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Home } from '#bin/home';
import { writePrivate } from '#bin/private-file';
import { root } from '#bin/start/build';
import type { Progress } from '#bin/start/progress';
import type { Services } from '#bin/start/services';
import { type Launch, logOf, productServices } from '#bin/start/specs';
import { sandboxAdmin } from './access.ts';

/**
 * Declares the sandbox's access with the product's own verb, starts jobs and gateway, and lets the
 * three agents work through it once.
 */
export async function fillSandbox(
  { home, progress, services }: { home: Home; progress: Progress; services: Services },
  launch: Launch,
): Promise<void> {
  const { jobs, gateway } = productServices(launch);
  const once = (name: string, command: readonly string[]) =>
    services.runOnce({ name, command, environment: launch.variables, logFile: logOf(launch, name) });
  await progress.step('Declared access', () =>
    once('apply', [join(root, 'bin/countersign.ts'), 'apply', '-f', home.access, '--as', sandboxAdmin]),
  );
  await progress.step('Background jobs', () => services.start(jobs));
  await progress.step('Gateway', () => services.start(gateway));
  if (await exists(home.workloadDone)) return;
  await progress.step('Three agents at work', () =>
    once('workload', [join(root, 'bin/sandbox/workload.ts')]),
  );
  await writePrivate(home.workloadDone, '');
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
