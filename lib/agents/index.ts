export { agentNames } from './agent-names.ts';
export { endAgent, endAgentIn, resumeAgent, reviveAgent, suspendAgent } from './agent-state.ts';
export { changeAgent, updateAgent } from './change-agent.ts';
export { createAgent, insertAgent } from './create-agent.ts';
export { getAgent } from './get-agent.ts';
export {
  agentsOfIssuer,
  claimToken,
  forgetTokens,
  type IdentifiedAgent,
  trustedIssuers,
} from './identities.ts';
export {
  changeIssuer,
  createIssuer,
  endIssuer,
  endIssuerIn,
  insertIssuer,
  listIssuers,
  updateIssuer,
} from './issuers.ts';
export { listAgents } from './list-agents.ts';
export type * from './model.ts';
export { agentReach } from './reach.ts';
export type * from './schema.ts';
export { agentsVisibleTo } from './visible.ts';
