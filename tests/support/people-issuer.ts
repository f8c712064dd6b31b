import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

export interface PeopleIssuer {
  readonly issuer: string;
  close(): void;
}

export interface IssuedPerson {
  readonly emailVerified?: boolean;
  readonly roles?: readonly string[];
}

export const webClient = { id: 'countersign', secret: 'secret-of-a-test' };

/**
 * An OIDC provider that is not the sandbox's and keeps to the letter: e-mail and name stand at the
 * userinfo endpoint only, not in the ID token. One signs in by going on with one's name.
 */
export async function startPeopleIssuer(
  port: number,
  webUrl: string,
  people: Readonly<Record<string, IssuedPerson>>,
): Promise<PeopleIssuer> {
  const issuer = `http://localhost:${port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: webClient.id,
        client_secret: webClient.secret,
        redirect_uris: [`${webUrl}/api/auth/callback/oidc`],
      },
    ],
    claims: { openid: ['sub', 'roles'], email: ['email', 'email_verified'], profile: ['name'] },
    findAccount: (_context, sub) => ({
      accountId: sub,
      claims: async () => ({
        sub,
        email: `${sub}@people.example`,
        email_verified: people[sub]?.emailVerified ?? true,
        roles: people[sub]?.roles,
      }),
    }),
    interactions: { url: (_context, { uid }) => `/as/${uid}` },
    loadExistingGrant: async ({ oidc }) => {
      if (!oidc.client || !oidc.session?.accountId) return undefined;
      const grant = new oidc.provider.Grant({
        clientId: oidc.client.clientId,
        accountId: oidc.session.accountId,
      });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
    features: { devInteractions: { enabled: false } },
  });
  const serve = provider.callback();
  const server = createServer((request, response) => {
    const [, uid, accountId] = /^\/as\/([\w-]+)(?:\/(\w+))?$/.exec(request.url ?? '') ?? [];
    if (uid === undefined) serve(request, response);
    else if (accountId === undefined) {
      response.setHeader('content-type', 'text/plain');
      response.end(`Go on at ${issuer}/as/${uid}/ with the name of one of ${Object.keys(people)}`);
    } else void provider.interactionFinished(request, response, { login: { accountId } });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    issuer,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
