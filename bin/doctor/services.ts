import type { Environment } from '#bin/environment';
import { homeOf } from '#bin/home';
import { lockHolder } from '#bin/start/lock';
import { type Check, type Finding, unwell, well } from './check.ts';

export function serviceChecks(environment: Environment): Check[] {
  const home = homeOf(environment.COUNTERSIGN_HOME);
  return [
    {
      name: 'launcher',
      look: async () => {
        const holder = await lockHolder(home.lock);
        return holder === null ? unwell('not running: npm start') : well(`runs as process ${holder}`);
      },
    },
    {
      name: 'web application',
      look: () => answers(`http://127.0.0.1:${environment.PORT}/api/health`),
    },
    {
      name: 'gateway',
      look: () => answers(`http://127.0.0.1:${environment.COUNTERSIGN_ADMIN_PORT}/health`),
    },
    {
      name: 'people’s issuer',
      look: async () => {
        const issuer = environment.AUTH_ISSUER;
        if (issuer === undefined) return unwell('AUTH_ISSUER is not set.');
        return answers(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
      },
    },
  ];
}

async function answers(url: string): Promise<Finding> {
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
  } catch {
    return unwell(`nothing answers at ${url}`);
  }
  if (response.ok) return well(`answers at ${url}`);
  return unwell(`${url} says ${response.status}: ${(await response.text()).slice(0, 200)}`);
}
