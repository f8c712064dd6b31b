export { compilePolicies, publishCheck } from './compile.ts';
export type { CompiledPolicies, CompiledPolicy, PolicyProblem } from './compiled.ts';
export { accessDigest, policiesDigest } from './digest.ts';
export { evaluate } from './evaluate.ts';
export { covers, describeGrant, isLive } from './grants.ts';
export { warm } from './warm.ts';
