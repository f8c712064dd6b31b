import type { PurposeTier } from '#lib/policies/model';

/** Asymmetric only: no `none`, and no HMAC that a public key could be mistaken for (RFC 8725, 2.1). */
export const signingAlgorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;

/** An issuer whose tokens agents may present. */
export interface TrustedIssuer {
  readonly id: string;
  readonly name: string;
  readonly issuer: string;
  readonly audience: string;
  /** Null: found by OIDC discovery at the issuer. */
  readonly jwksUri: string | null;
  /** A subset of RS256, PS256, ES256, EdDSA; empty means all four. */
  readonly algorithms: readonly string[];
  readonly singleUse: boolean;
}

/** A token that checked. Claims are what was signed; the token itself is gone. */
export interface VerifiedToken {
  readonly issuerId: string;
  readonly issuer: string;
  readonly subject: string;
  readonly tokenId: string | null;
  readonly expiresAt: Date;
  readonly claims: Readonly<Record<string, unknown>>;
  /** Set where the issuer's tokens count once: until when a used one has to be remembered. */
  readonly singleUseUntil: Date | null;
}

/** Why a session runs, with how far that can be trusted. */
export interface Purpose {
  readonly text: string;
  readonly tier: PurposeTier;
  /** Where it was read: `claim:purpose`, `option:countersign.purpose`, `application_name`. */
  readonly source: string;
}

/** Why a token was refused: counted before authentication, and told to the agent. */
export type TokenFault =
  | 'malformed'
  | 'algorithm'
  | 'signature'
  | 'unknown_issuer'
  | 'audience'
  | 'expired'
  | 'not_yet_valid'
  | 'reused'
  | 'other_agent'
  | 'keys_unavailable';
