import type { NextAuthOptions } from 'next-auth';
import type { OAuthConfig } from 'next-auth/providers/oauth';
import { systemClock } from '#lib/core/clock';
import { personForSignIn } from '#lib/people/index';
import { database } from './database.ts';
import { environment } from './environment.ts';
import { report } from './report.ts';
import { safePath } from './safe-path.ts';

type Claims = Readonly<Record<string, unknown>> & { readonly sub: string };

export const providerId = 'oidc';
/** Stands for nobody: the library takes no profile without an id. */
const stranger = 'stranger';
const workdaySeconds = 8 * 60 * 60;

declare module 'next-auth/jwt' {
  interface JWT {
    /** When the person last proved who they are, in seconds; absent: the issuer does not say. */
    authTime?: number;
  }
}

/**
 * Sign-in by one OIDC issuer. The session is a signed cookie that holds the person's id and the
 * time of authentication, nothing else: roles are read anew on every request.
 */
export function signInOptions(): NextAuthOptions {
  const { sessionSecret, url } = environment();
  process.env.NEXTAUTH_URL ??= url;
  return {
    secret: sessionSecret,
    providers: [oidcProvider()],
    session: { strategy: 'jwt', maxAge: workdaySeconds },
    pages: { signIn: '/sign-in', error: '/sign-in' },
    callbacks: {
      signIn: ({ user }) => (user.id && user.id !== stranger ? true : '/sign-in/refused'),
      jwt: ({ token, user, profile }) => {
        if (!user) return token;
        const authTime = (profile as Partial<Record<string, unknown>> | undefined)?.auth_time;
        return { sub: user.id, ...(typeof authTime === 'number' ? { authTime } : {}) };
      },
      session: ({ session }) => ({ expires: session.expires }),
      redirect: ({ url: target, baseUrl }) => baseUrl + safePath(target, baseUrl),
    },
  };
}

function oidcProvider(): OAuthConfig<Claims> {
  const { issuer, clientId, clientSecret } = environment();
  return {
    id: providerId,
    name: 'your organisation',
    type: 'oauth',
    issuer,
    wellKnown: `${issuer}/.well-known/openid-configuration`,
    clientId,
    clientSecret,
    idToken: true,
    checks: ['pkce', 'state', 'nonce'],
    authorization: { params: { scope: 'openid email profile' } },
    userinfo: {
      request: ({ client, tokens }) => {
        // The library's type leaves the token set's methods out.
        const set = tokens as Parameters<typeof client.userinfo>[0] & { claims(): Claims };
        const known = tokens.access_token !== undefined && client.issuer.metadata.userinfo_endpoint;
        return claimsOf(set.claims(), known ? () => client.userinfo(set) : null);
      },
    },
    profile: async (claims) => ({ id: (await personIdOf(claims)) ?? stranger }),
  };
}

/**
 * Claims of the ID token, which the library has verified. A conforming issuer may name the e-mail only
 * at its userinfo endpoint: what that says is of the same subject, and never in the token's place.
 */
async function claimsOf(claims: Claims, askUserinfo: (() => Promise<object>) | null): Promise<Claims> {
  if (claims.email !== undefined || askUserinfo === null) return claims;
  const more = await askUserinfo().catch((error: unknown) => {
    report(error);
    return {};
  });
  return { ...more, ...claims };
}

async function personIdOf(claims: Claims): Promise<string | null> {
  const person = await personForSignIn(
    { db: database(), clock: systemClock, actor: { kind: 'job', name: 'sign-in' } },
    {
      issuer: environment().issuer,
      subject: claims.sub,
      email: textOf(claims.email) ?? textOf(claims.preferred_username),
      emailVerified: isVerified(claims),
      name: textOf(claims.name),
      claims,
    },
  );
  return person?.id ?? null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value.slice(0, 200) : null;
}

/** Entra has no email_verified; xms_edov (an optional claim) says that the address's domain owner checked it. */
function isVerified(claims: Claims): boolean {
  return [claims.email_verified, claims.xms_edov].some(
    (value) => value === true || value === 1 || value === '1' || value === 'true',
  );
}
