import type { JWK } from 'jose';
import { type Configuration, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { sandboxPeople } from '#bin/sandbox/people';
import type { SandboxSecrets } from '#bin/sandbox/secrets';
import { agentClient, webClientId } from './agents.ts';
import { messagePage } from './pages.ts';
import { storeFor } from './store.ts';

export const audience = 'countersign';
const resource = 'urn:countersign:gateway';
const ttlSecondsDefault = 600;
const ttlSecondsMax = 3_600;
const purposeCharsMax = 500;

/** Paths of the web application that it may send people back to. */
const callbackPaths = ['/api/auth/callback/oidc', '/api/auth/callback/countersign'];

export interface IssuerSettings {
  readonly webUrl: string;
  readonly secrets: SandboxSecrets;
  readonly keys: readonly JWK[];
}

export function issuerConfiguration({ webUrl, secrets, keys }: IssuerSettings): Configuration {
  return {
    jwks: { keys: keys as NonNullable<Configuration['jwks']>['keys'] },
    adapter: storeFor((id) =>
      id === webClientId ? webClient(webUrl, secrets) : agentClient(secrets.agentSecret, id),
    ),
    cookies: { keys: [secrets.sessionSecret], names: { session: 'sandbox_session' } },
    // The web application reads e-mail and name from the ID token.
    conformIdTokenClaims: false,
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    scopes: ['openid', 'email', 'profile'],
    findAccount: (_ctx, sub) => account(sub),
    interactions: { url: (_ctx, interaction) => `/sign-in/${interaction.uid}`, policy: askEveryTime() },
    loadExistingGrant,
    pkce: { required: () => false },
    ttl: {
      Interaction: 3_600,
      Session: 3_600,
      Grant: 3_600,
      IdToken: 3_600,
      AccessToken: 3_600,
      ClientCredentials: (ctx) => ttlSeconds(ctx),
    },
    extraTokenClaims: (ctx, token) => {
      const purpose = token.kind === 'ClientCredentials' ? bodyOf(ctx).purpose : undefined;
      return purpose ? { purpose: purpose.slice(0, purposeCharsMax) } : undefined;
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      userinfo: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: async (ctx, form) => {
          ctx.body = messagePage('Signing out', '').replace(
            '</main>',
            `${form}<button form="op.logoutForm" name="logout" value="yes">Sign out</button></main>`,
          );
        },
        postLogoutSuccessSource: async (ctx) => {
          ctx.body = messagePage('Signed out', 'You may close this page.');
        },
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: async (_ctx, client) => (client.clientId === webClientId ? [] : resource),
        getResourceServerInfo: async () => ({
          audience,
          scope: '',
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
        useGrantedResource: async () => true,
      },
    },
    renderError: async (ctx, out) => {
      ctx.type = 'html';
      ctx.body = messagePage('That did not work', out.error_description ?? out.error);
    },
  };
}

function webClient(webUrl: string, secrets: SandboxSecrets) {
  return {
    client_id: webClientId,
    client_secret: secrets.webClientSecret,
    redirect_uris: callbackPaths.map((path) => `${webUrl}${path}`),
    post_logout_redirect_uris: [webUrl, `${webUrl}/`, `${webUrl}/sign-in`],
    grant_types: ['authorization_code'],
    response_types: ['code' as const],
    require_auth_time: true,
  };
}

function account(sub: string) {
  const person = sandboxPeople.find((candidate) => candidate.email === sub);
  if (!person) return undefined;
  return {
    accountId: sub,
    claims: async () => ({ sub, email: person.email, email_verified: true, name: person.name }),
  };
}

// In the sandbox one changes persons all the time: never go on as whoever was here last.
function askEveryTime() {
  const policy = interactionPolicy.base();
  policy
    .get('login')
    ?.checks.add(
      new interactionPolicy.Check('person', 'choose a person', (ctx) =>
        ctx.oidc.result?.login
          ? interactionPolicy.Check.NO_NEED_TO_PROMPT
          : interactionPolicy.Check.REQUEST_PROMPT,
      ),
    );
  return policy;
}

/** No consent page: the one web client gets what it asks for. */
async function loadExistingGrant(ctx: KoaContextWithOIDC) {
  const { provider, session, client, params } = ctx.oidc;
  if (!client || !session?.accountId) return undefined;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope(String(params?.scope ?? 'openid'));
  await grant.save();
  return grant;
}

function ttlSeconds(ctx: KoaContextWithOIDC | undefined): number {
  const asked = Number(bodyOf(ctx).ttl);
  return Number.isInteger(asked) && asked > 0 ? Math.min(asked, ttlSecondsMax) : ttlSecondsDefault;
}

// Members of the token request that the protocol does not know: the sandbox's own.
function bodyOf(ctx: KoaContextWithOIDC | undefined): { purpose?: string; ttl?: string } {
  const body: unknown = ctx?.oidc.body;
  if (typeof body !== 'object' || body === null) return {};
  const { purpose, ttl } = body as Record<string, unknown>;
  return {
    ...(typeof purpose === 'string' ? { purpose } : {}),
    ...(typeof ttl === 'string' ? { ttl } : {}),
  };
}
