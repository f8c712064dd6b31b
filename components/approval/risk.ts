import type { ApprovalCard } from '#lib/approvals/model';

const rowsHigh = 1_000;
const structural = new Set(['schema', 'admin', 'execute', 'egress']);

/**
 * Why a held statement asks for more care: no single key, a deliberate click. An aid for the page;
 * the verb enforces what must be enforced.
 */
export function highRiskReasons(card: ApprovalCard, environment: string): readonly string[] {
  const reasons: string[] = [];
  const writes = card.actions.includes('write');
  if (writes && card.hasWhere === false) reasons.push('no WHERE: every row');
  if (writes && card.rowEstimate !== null && card.rowEstimate > rowsHigh) reasons.push('many rows');
  if (environment === 'production' && card.actions.some((action) => structural.has(action))) {
    reasons.push('changes structure, rights or code in production');
  }
  return reasons;
}
