export { type BacktestInput, backtestPolicies } from './backtest/backtest.ts';
export type { Backtest } from './backtest/model.ts';
export {
  decideAgain,
  factsByDigest,
  type ReplayWorld,
  replayWorld,
} from './backtest/replay-world.ts';
export { compilePolicies, publishCheck } from './compile.ts';
export type { CompiledPolicies, CompiledPolicy, PolicyProblem } from './compiled.ts';
export { accessDigest, policiesDigest } from './digest.ts';
export { evaluate } from './evaluate.ts';
export { createFreeze, endFreeze, type FreezeRow, listFreezes, type NewFreeze } from './freezes.ts';
export { covers, describeGrant, isLive } from './grants.ts';
export type { PublishInput } from './policy-input.ts';
export { insertPolicyVersion, type Published, publishPolicies } from './publish.ts';
export {
  checkDraft,
  currentPolicies,
  type DraftCheck,
  getVersion,
  listVersions,
  outlinePolicies,
  type PolicyOutline,
  type PolicyVersionRow,
  type PolicyVersionView,
  readActivePolicies,
} from './versions.ts';
export { warm } from './warm.ts';
