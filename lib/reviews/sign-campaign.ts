import type { Context } from '#lib/auth/context';
import { requirePerson } from '#lib/auth/require-kind';
import { requirePermission } from '#lib/auth/require-permission';
import { forbidden } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import { whyNotSigner } from './may-sign.ts';
import type { SignResult } from './results.ts';
import { signInput } from './schema.ts';
import { attestation } from './sign-text.ts';
import { type PackKeeping, signAndPack } from './signing.ts';

/** Who signs has proven who they are within this time. */
const signedInMsMax = 5 * 60 * 1000;

export interface SignCampaign {
  readonly campaignId: string;
  /** When this person last proved who they are; older than five minutes is refused. */
  readonly signedInAt: Date;
  /** The signer's own words, for the pack's memo. */
  readonly memo?: string | undefined;
}

/**
 * Ties the numbers out, writes the pack's content, and in the same transaction signs and closes the
 * campaign for good; then the ledger seals the entry and the pack gets its proof. When only that last
 * part fails, the campaign is signed and `exportPack` finishes the pack.
 */
export async function signCampaign(
  context: Context,
  input: SignCampaign,
  keeping: PackKeeping,
): Promise<SignResult> {
  const { campaignId, signedInAt, memo } = parseInput(signInput, input);
  const person = requirePerson(context.actor);
  requirePermission(person, 'campaign.sign');
  const age = context.clock.now().getTime() - signedInAt.getTime();
  if (age < 0 || age > signedInMsMax) {
    throw forbidden(
      'Sign in again first: who signs has to have proven who they are in the last five minutes.',
    );
  }
  return signAndPack(context, campaignId, keeping, {
    personId: person.id,
    named: { id: person.id, name: person.name, email: person.email },
    memo: memo || null,
    text: attestation,
    whyNot: (tx) => whyNotSigner(tx, person, campaignId),
  });
}
