import { z } from 'zod';
import type { Home } from '#bin/home';
import { agentClientSecret, isAgentName } from './issuer/agents.ts';
import { readSecrets } from './secrets.ts';

export interface TokenRequest {
  readonly agent: string;
  readonly issuerPort: number;
  readonly purpose?: string;
  readonly ttlSeconds?: number;
}

const answer = z.object({ access_token: z.string() });

/** A JWT of the sandbox's issuer for an agent, by client credentials. The issuer must be running. */
export async function requestToken(home: Home, request: TokenRequest): Promise<string> {
  if (!isAgentName(request.agent)) throw new Error(`${request.agent} can't be an agent's name.`);
  const { agentSecret } = await readSecrets(home);
  const credentials = `${request.agent}:${agentClientSecret(agentSecret, request.agent)}`;
  const body = new URLSearchParams({ grant_type: 'client_credentials' });
  if (request.purpose !== undefined) body.set('purpose', request.purpose);
  if (request.ttlSeconds !== undefined) body.set('ttl', String(request.ttlSeconds));
  const response = await fetch(`http://127.0.0.1:${request.issuerPort}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
    body,
  }).catch((cause: unknown) => {
    throw new Error(
      `The local issuer does not answer on port ${request.issuerPort}. Start the sandbox with \`npm start\`.`,
      { cause },
    );
  });
  if (!response.ok) {
    throw new Error(
      `The issuer on port ${request.issuerPort} refused (${response.status}). Is it the one of ${home.folder}?`,
    );
  }
  return answer.parse(await response.json()).access_token;
}
