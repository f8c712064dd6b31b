import { createHmac } from 'node:crypto';
import type { AdapterPayload } from 'oidc-provider';

/** What the issuer's own clients are called; no agent can have it. */
export const webClientId = 'countersign-web';
const agentName = /^[a-z0-9][a-z0-9._-]{0,62}$/;

export function isAgentName(name: string): boolean {
  return agentName.test(name) && name !== webClientId;
}

/** Each agent has a client secret of its own, from one that only the sandbox's home knows. */
export function agentClientSecret(agentSecret: string, name: string): string {
  return createHmac('sha256', agentSecret).update(`agent:${name}`).digest('base64url');
}

export function agentClient(agentSecret: string, name: string): AdapterPayload | undefined {
  if (!isAgentName(name)) return undefined;
  return {
    client_id: name,
    client_secret: agentClientSecret(agentSecret, name),
    token_endpoint_auth_method: 'client_secret_basic',
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
  };
}
