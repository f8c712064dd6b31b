import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';
import { CountersignError } from '#lib/core/errors';
import { isHttpsOrLoopback } from '#lib/core/input';
import type { TrustedIssuer } from './model.ts';

const discoveryMsMax = 60 * 60_000;
/** After a failed discovery the issuer is asked again no sooner: a flood of tokens must not flood it. */
const coolDownMs = 10_000;
const fetchMsMax = 5_000;
const keysMsMax = 10 * 60_000;
/** Entra's key set is about 15 KB. */
const documentBytesMax = 512 * 1024;

/** Where an issuer's signing keys come from; one for a process, its caches inside. */
export interface KeySource {
  /** Throws `unavailable` when the issuer does not answer, or answers for another one. */
  keysOf(issuer: TrustedIssuer): Promise<JWTVerifyGetKey>;
}

/**
 * Key sets by discovery or by the issuer's `jwksUri`, cached ten minutes; an unknown key id reads
 * the set anew at most every 30 s (rotation).
 */
export function createKeySource(fetcher: typeof fetch = fetch): KeySource {
  const sets = new Map<string, JWTVerifyGetKey>();
  const discovered = new Map<string, { found: Promise<string>; until: number }>();

  function keySetUri(issuer: TrustedIssuer): Promise<string> {
    if (issuer.jwksUri !== null) return Promise.resolve(issuer.jwksUri);
    const known = discovered.get(issuer.issuer);
    if (known && known.until > Date.now()) return known.found;
    const entry = { found: discover(issuer.issuer, fetcher), until: Date.now() + discoveryMsMax };
    entry.found.catch(() => {
      entry.until = Date.now() + coolDownMs;
    });
    discovered.set(issuer.issuer, entry);
    return entry.found;
  }

  return {
    async keysOf(issuer) {
      const uri = await keySetUri(issuer);
      if (!isHttpsOrLoopback(uri))
        throw unavailable(`the key set of ${issuer.name} is not at an https address`);
      const cached = sets.get(uri);
      if (cached) return cached;
      const set = createRemoteJWKSet(new URL(uri), {
        timeoutDuration: fetchMsMax,
        cooldownDuration: 30_000,
        cacheMaxAge: keysMsMax,
        [customFetch]: (url, options) => boundedFetch(url, options, fetcher),
      });
      sets.set(uri, set);
      return set;
    },
  };
}

async function discover(issuer: string, fetcher: typeof fetch): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  if (!isHttpsOrLoopback(url)) throw unavailable(`the issuer ${issuer} is not at an https address`);
  const response = await boundedFetch(url, { signal: AbortSignal.timeout(fetchMsMax) }, fetcher);
  if (!response.ok) throw unavailable(`the issuer answered ${response.status} at ${url}`);
  const document: unknown = await response.json().catch(() => null);
  if (typeof document !== 'object' || document === null) throw unavailable(`no JSON at ${url}`);
  if (!('issuer' in document) || document.issuer !== issuer) {
    throw unavailable(`the document at ${url} speaks for another issuer`);
  }
  if (!('jwks_uri' in document) || typeof document.jwks_uri !== 'string') {
    throw unavailable(`the document at ${url} names no key set`);
  }
  return document.jwks_uri;
}

/** No redirects (they could lead to http or inside), and a bound on what is read. */
async function boundedFetch(url: string, options: RequestInit, fetcher: typeof fetch): Promise<Response> {
  let response: Response;
  try {
    response = await fetcher(url, { ...options, redirect: 'error' });
  } catch (cause) {
    throw unavailable(`${url} does not answer`, cause);
  }
  if (response.body === null) return response;
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const part of response.body) {
      bytes += part.length;
      if (bytes > documentBytesMax) throw unavailable(`${url} answers with too much`);
      parts.push(part);
    }
  } catch (cause) {
    throw cause instanceof CountersignError ? cause : unavailable(`${url} broke off`, cause);
  }
  return new Response(Buffer.concat(parts), { status: response.status, headers: response.headers });
}

function unavailable(message: string, cause?: unknown): CountersignError {
  return new CountersignError('unavailable', message, { cause });
}
