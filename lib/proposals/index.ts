export { consentTo } from './consent.ts';
export { consentToDeclaration, type DeclaredChanges, recordAlone } from './declarations.ts';
export { declineProposal, withdrawProposal } from './decline.ts';
export { expireProposals } from './expire.ts';
export { countProposals, listProposals } from './list.ts';
export type * from './model.ts';
export { proposalStates } from './model.ts';
export { proposeChange } from './propose-change.ts';
export type * from './schema.ts';
