export { keptClaims } from './kept-claims.ts';
export { createKeySource, type KeySource } from './keys.ts';
export { type AgentMatch, matchAgent, overlap } from './match-agent.ts';
export type { Purpose, TokenFault, TrustedIssuer, VerifiedToken } from './model.ts';
export { type ClaimedPurpose, purposeOf } from './purpose.ts';
export {
  type ClaimToken,
  claimOnce,
  type TokenRefusal,
  type TokenResult,
  type VerifyOptions,
  verifyToken,
} from './verify-token.ts';
