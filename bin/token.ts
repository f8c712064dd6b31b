import { parseArgs } from 'node:util';
import { durationSeconds } from './duration.ts';
import { isSandbox, readEnvironmentBeside } from './environment.ts';
import { homeOf } from './home.ts';
import { UsageError } from './usage.ts';

const usage = 'countersign token AGENT [--purpose TEXT] [--ttl 5m]';

/** Prints a token of the sandbox's issuer for an agent, and nothing else. */
export async function run(args: string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { purpose: { type: 'string' }, ttl: { type: 'string' } },
  });
  const [agent, ...more] = positionals;
  if (agent === undefined || more.length > 0) throw new UsageError(usage);
  const ttl = values.ttl === undefined ? null : durationSeconds(values.ttl);
  if (values.ttl !== undefined && ttl === null) {
    throw new UsageError(`${usage}\n--ttl takes a duration like 90s, 5m or 1h.`);
  }
  const environment = readEnvironmentBeside();
  if (!isSandbox(environment)) {
    throw new Error(
      'DATABASE_URL is set, so there is no local issuer: agents bring tokens of the issuers that access.yaml declares.',
    );
  }
  const { requestToken } = await import('./sandbox/request-token.ts');
  const token = await requestToken(homeOf(environment.COUNTERSIGN_HOME), {
    agent,
    issuerPort: environment.COUNTERSIGN_ISSUER_PORT,
    ...(values.purpose === undefined ? {} : { purpose: values.purpose }),
    ...(ttl === null ? {} : { ttlSeconds: ttl }),
  });
  process.stdout.write(`${token}\n`);
  return 0;
}
