import { CountersignError } from '#lib/core/errors';

/** Where a target's password comes from when it is no password but a short-lived token. */
export interface TokenSource {
  /** A token that is good now. Throws `unavailable` with what to look at. */
  token(): Promise<string>;
}

/** What Azure Database for PostgreSQL is called where tokens are issued. */
const databaseScope = 'https://ossrdbms-aad.database.windows.net';

/**
 * Tokens of Microsoft Entra for Azure Database for PostgreSQL, by the host's managed identity (or the
 * user-assigned one named). They are kept and renewed by the library, which is loaded on first use.
 */
export function entraTokens(identityClientId: string | null): TokenSource {
  let application: Promise<Application> | null = null;
  return {
    async token() {
      application ??= managedIdentity(identityClientId);
      try {
        const { accessToken } = await (await application).acquireToken({ resource: databaseScope });
        if (accessToken) return accessToken;
      } catch (cause) {
        throw noToken(cause);
      }
      throw noToken(undefined);
    },
  };
}

interface Application {
  acquireToken(request: { resource: string }): Promise<{ readonly accessToken: string }>;
}

async function managedIdentity(clientId: string | null): Promise<Application> {
  const { ManagedIdentityApplication } = await import('@azure/msal-node');
  return new ManagedIdentityApplication(
    clientId === null ? {} : { managedIdentityIdParams: { userAssignedClientId: clientId } },
  );
}

function noToken(cause: unknown): CountersignError {
  const message =
    "The gateway's managed identity got no token for the database. Is it assigned to this host?";
  return new CountersignError('unavailable', message, cause === undefined ? {} : { cause });
}
