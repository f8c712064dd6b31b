import {
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import type { Clock } from '#lib/core/clock';
import { isCountersignError } from '#lib/core/errors';
import type { KeySource } from './keys.ts';
import { signingAlgorithms, type TokenFault, type TrustedIssuer, type VerifiedToken } from './model.ts';

const pinnedAlgorithms: readonly string[] = signingAlgorithms;
const skewSeconds = 30;
/** Entra tokens with many groups stay under this. */
const tokenCharsMax = 16_384;
const keysTriedMax = 4;

export type TokenResult = { readonly ok: VerifiedToken } | TokenRefusal;

export interface TokenRefusal {
  readonly fault: TokenFault;
  /** For the agent: what is wrong and what to do. Holds nothing of the token. */
  readonly message: string;
}

export interface VerifyOptions {
  readonly clock: Clock;
  readonly keys: KeySource;
}

/** Marks a single-use token as used; false when it was used before. */
export type ClaimToken = (issuer: string, tokenId: string, expiresAt: Date) => Promise<boolean>;

/**
 * Checks an agent's JWT by RFC 8725: pinned algorithms, exact issuer, audience required, expiry
 * and not-before with 30 s of skew, keys only from the issuer's own key set. Does not use a single-use
 * token up: `claimOnce` does, when everything else is good.
 */
export async function verifyToken(
  token: string,
  issuers: readonly TrustedIssuer[],
  options: VerifyOptions,
): Promise<TokenResult> {
  const seen = peek(token);
  if (seen === null) {
    return refusal(
      'malformed',
      'The password is not a JWT. Pass a fresh token of your issuer as the password.',
    );
  }
  if (!pinnedAlgorithms.includes(seen.algorithm)) {
    return refusal('algorithm', `Tokens must be signed with ${pinnedAlgorithms.join(', ')}.`);
  }
  const sameIssuer = issuers.filter(({ issuer }) => issuer === seen.issuer);
  if (sameIssuer.length === 0) {
    return refusal('unknown_issuer', 'This issuer is not trusted here. Ask an admin to add it.');
  }
  const issuer = sameIssuer.find(({ audience }) => seen.audiences.includes(audience));
  if (issuer === undefined) {
    const wanted = sameIssuer.map(({ audience }) => audience).join(' or ');
    return refusal('audience', `The token is for somebody else. Ask your issuer for the audience ${wanted}.`);
  }
  if (issuer.algorithms.length > 0 && !issuer.algorithms.includes(seen.algorithm)) {
    return refusal(
      'algorithm',
      `Tokens of ${issuer.name} must be signed with ${issuer.algorithms.join(', ')}.`,
    );
  }
  try {
    const claims = await checkSignature(token, issuer, seen.algorithm, options);
    return accept(claims, issuer);
  } catch (error) {
    return fromError(error, issuer);
  }
}

/** What an unverified token says of itself: only to choose the issuer and refuse early. */
function peek(token: string): { algorithm: string; issuer: string; audiences: readonly string[] } | null {
  if (token.length > tokenCharsMax || !/^[\w-]+\.[\w-]+\.[\w-]*$/.test(token)) return null;
  try {
    const header = decodeProtectedHeader(token);
    const { iss, aud } = decodeJwt(token);
    if (typeof header.alg !== 'string' || typeof iss !== 'string') return null;
    const audiences = typeof aud === 'string' ? [aud] : Array.isArray(aud) ? aud : [];
    return { algorithm: header.alg, issuer: iss, audiences };
  } catch {
    return null;
  }
}

async function checkSignature(
  token: string,
  issuer: TrustedIssuer,
  algorithm: string,
  { keys, clock }: VerifyOptions,
): Promise<JWTPayload> {
  const source = await keys.keysOf(issuer);
  const rules: JWTVerifyOptions = {
    issuer: issuer.issuer,
    audience: issuer.audience,
    algorithms: [algorithm],
    clockTolerance: skewSeconds,
    currentDate: clock.now(),
    requiredClaims: ['exp', 'sub'],
  };
  try {
    return (await jwtVerify(token, source, rules)).payload;
  } catch (error) {
    if (error instanceof errors.JWKSMultipleMatchingKeys) return tryEach(token, error, rules);
    throw error;
  }
}

/** A token without a key id: each key that could have signed it is tried. */
async function tryEach(
  token: string,
  matching: InstanceType<typeof errors.JWKSMultipleMatchingKeys>,
  rules: JWTVerifyOptions,
): Promise<JWTPayload> {
  let tried = 0;
  for await (const key of matching) {
    tried += 1;
    if (tried > keysTriedMax) break;
    try {
      const only: JWTVerifyGetKey = async () => key;
      return (await jwtVerify(token, only, rules)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    }
  }
  throw new errors.JWSSignatureVerificationFailed();
}

function accept(claims: JWTPayload, issuer: TrustedIssuer): TokenResult {
  const { exp, sub } = claims;
  if (typeof exp !== 'number' || typeof sub !== 'string' || sub === '') {
    return refusal('malformed', 'The token names no subject or no end.');
  }
  const tokenId =
    typeof claims.jti === 'string' ? claims.jti : typeof claims.uti === 'string' ? claims.uti : null;
  const expiresAt = new Date(exp * 1000);
  if (issuer.singleUse && tokenId === null) {
    return refusal('malformed', `Tokens of ${issuer.name} count once, and this one has no jti.`);
  }
  // Kept past the skew, or a token could be replayed in its last 30 seconds.
  const singleUseUntil = issuer.singleUse ? new Date(expiresAt.getTime() + 2 * skewSeconds * 1000) : null;
  const { id: issuerId, issuer: name } = issuer;
  return { ok: { issuerId, issuer: name, subject: sub, tokenId, expiresAt, claims, singleUseUntil } };
}

/**
 * Uses a single-use token up; others pass. Called last, so that a token is not lost to a wrong agent's
 * name or a control plane that was away.
 */
export async function claimOnce(token: VerifiedToken, claimToken: ClaimToken): Promise<TokenRefusal | null> {
  const { issuer, tokenId, singleUseUntil } = token;
  if (singleUseUntil === null) return null;
  if (tokenId !== null && (await claimToken(issuer, tokenId, singleUseUntil))) return null;
  return refusal('reused', 'This token was used before. Get a fresh one for each connection.');
}

function fromError(error: unknown, issuer: TrustedIssuer): TokenRefusal {
  if (error instanceof errors.JWTExpired) {
    return refusal('expired', 'The token has expired. Get a fresh one and connect again.');
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'nbf')
      return refusal('not_yet_valid', 'The token is not valid yet. Check the clocks.');
    if (error.claim === 'aud') return refusal('audience', 'The token is for somebody else.');
    return refusal('malformed', `The token's claim ${error.claim} is missing or wrong.`);
  }
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWKSNoMatchingKey) {
    return refusal('signature', `No key of ${issuer.name} signed this token.`);
  }
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported) {
    return refusal('algorithm', 'The token uses a signature or header that is not accepted.');
  }
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) {
    return refusal('malformed', 'The token is not a well-formed JWT.');
  }
  if (isCountersignError(error) && error.code !== 'unavailable') throw error;
  // What is left: the key set can't be had, or holds a key that is no good. Fail closed.
  return refusal('keys_unavailable', `The keys of ${issuer.name} can't be read now. Try again in a moment.`);
}

function refusal(fault: TokenFault, message: string): TokenRefusal {
  return { fault, message };
}
