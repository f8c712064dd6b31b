import type { GrantSnapshot, ItemEvidence, Recommendation } from './model.ts';
import { counted, watched } from './sentence.ts';

/** Too short a window to call a permission unused. */
const observedDaysMin = 14;

export interface Advice {
  readonly recommendation: Recommendation;
  readonly reasons: readonly string[];
}

/** What the evidence speaks for, with every reason in plain words. Counts before any score. */
export function recommend(
  grant: Pick<GrantSnapshot, 'agent' | 'source'>,
  evidence: Pick<ItemEvidence, 'coverage' | 'totals' | 'attempts' | 'permissions'>,
): Advice {
  const { totals, coverage, attempts } = evidence;
  const notes: string[] = [];
  if (attempts.denied > 0)
    notes.push(`${counted(attempts.denied, 'statement')} of these sessions were refused.`);
  if (coverage.interruptedSessions > 0) {
    notes.push(
      `${counted(coverage.interruptedSessions, 'recording')} broke off: use in their gaps is not seen.`,
    );
  }
  const { state } = grant.agent;
  if (state === 'ended' || state === 'suspended') {
    return { recommendation: 'revoke', reasons: [`The agent is ${state}.`, ...notes] };
  }
  if (totals.used === 0 && totals.unobservable > 0) {
    return {
      recommendation: 'none',
      reasons: [`Its source (${grant.source}) does not show use: ask the owner.`, ...notes],
    };
  }
  const short = coverage.days < observedDaysMin;
  if (totals.used === 0) {
    const reason = `Not used in ${watched(coverage)} of watching.`;
    if (short) {
      return { recommendation: 'none', reasons: [reason, 'That is too short to call it unused.', ...notes] };
    }
    return { recommendation: 'revoke', reasons: [reason, ...notes] };
  }
  if (totals.unused > 0) {
    const reasons = [`${totals.unused} of ${totals.used + totals.unused} permissions were not used.`];
    if (short) reasons.push(`Watched for ${watched(coverage)} only: a rare task may need them.`);
    return { recommendation: 'reduce', reasons: [...reasons, ...notes] };
  }
  return {
    recommendation: 'approve',
    reasons: [`All ${counted(totals.used, 'permission')} were used.`, ...notes],
  };
}
