export { acceptFinding } from './accept-finding.ts';
export { countFindings } from './count-findings.ts';
export { findAll } from './find-all.ts';
export { type FindingPage, type ListFindings, listFindings } from './list-findings.ts';
export type * from './model.ts';
export { openFinding, upsertFindings } from './open-finding.ts';
export { resolveFinding } from './resolve-finding.ts';
