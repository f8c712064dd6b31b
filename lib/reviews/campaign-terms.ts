import type { z } from 'zod';
import { invalid } from '#lib/core/errors';
import type { Tx } from '#lib/db/client';
import type { CampaignScope, ReviewerRules } from './model.ts';
import type { draftInput } from './schema.ts';

/** What a draft says, as it is set up and as it is changed. */
export interface CampaignTermsInput {
  readonly name: string;
  readonly scope: Partial<CampaignScope>;
  readonly periodFrom: Date;
  readonly periodTo: Date;
  readonly rules: ReviewerRules;
  /** Business days after now until the sign-off is due. */
  readonly dueInBusinessDays: number;
  /** The targeted risk analysis that scope and frequency rest on (PCI DSS 12.3.1). */
  readonly riskAnalysis: string;
}

/** Throws `invalid` for a period that is not over, and reviewers who are not known here. */
export async function requireSoundTerms(
  tx: Tx,
  { periodTo, rules }: Pick<z.output<typeof draftInput>, 'periodTo' | 'rules'>,
  now: Date,
): Promise<void> {
  if (periodTo > now) throw invalid('The period has to end before now: evidence is of what happened.');
  const group = await tx.group.count({ where: { name: rules.securityGroup } });
  if (group === 0) {
    throw invalid(`There is no group ${rules.securityGroup}; name the group of second reviewers.`);
  }
  const { fallbackPersonId } = rules;
  if (!fallbackPersonId) return;
  const known = await tx.person.count({ where: { id: fallbackPersonId, leftAt: null } });
  if (known === 0) throw invalid('The fallback reviewer is not known here, or left.');
}
