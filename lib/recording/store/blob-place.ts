import { readFile } from 'node:fs/promises';
import type { ContainerClient } from '@azure/storage-blob';
import { CountersignError } from '#lib/core/errors';

/** A container, and who we are there. */
export interface BlobPlace {
  /** `https://ACCOUNT.blob.core.windows.net/CONTAINER`, with a SAS as its query where that is the credential. */
  readonly url: string;
  /** With `keyFile`: the account's name and a file with its shared key. */
  readonly account: string | null;
  readonly keyFile: string | null;
  /** A user-assigned managed identity; null: the host's own. */
  readonly identityClientId: string | null;
}

const tokenScope = 'https://storage.azure.com';
const retryDelayInMs = 200;
const maxTries = 4;

/**
 * A client of the container: by the URL's SAS, by shared key, else by managed identity. The Azure
 * packages are loaded here, so that who keeps files needs none of them.
 */
export async function containerClient(place: BlobPlace): Promise<ContainerClient> {
  const { ContainerClient: Client, StorageSharedKeyCredential } = await import('@azure/storage-blob');
  const options = { retryOptions: { maxTries, retryDelayInMs } };
  if (new URL(place.url).searchParams.has('sig')) return new Client(place.url, undefined, options);
  if (place.account !== null && place.keyFile !== null) {
    const key = (await readFile(place.keyFile, 'utf8')).trim();
    return new Client(place.url, new StorageSharedKeyCredential(place.account, key), options);
  }
  return new Client(place.url, await managedIdentity(place.identityClientId), options);
}

interface AccessToken {
  readonly token: string;
  readonly expiresOnTimestamp: number;
}

async function managedIdentity(clientId: string | null): Promise<{ getToken(): Promise<AccessToken> }> {
  const { ManagedIdentityApplication } = await import('@azure/msal-node');
  const application = new ManagedIdentityApplication(
    clientId === null ? {} : { managedIdentityIdParams: { userAssignedClientId: clientId } },
  );
  return {
    async getToken() {
      const found = await application.acquireToken({ resource: tokenScope });
      if (!found.accessToken || !found.expiresOn) {
        throw new CountersignError('unavailable', 'The managed identity got no token for Azure Storage.');
      }
      return { token: found.accessToken, expiresOnTimestamp: found.expiresOn.getTime() };
    },
  };
}
