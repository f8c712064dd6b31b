import type { Context } from '#lib/auth/context';
import { requireKind } from '#lib/auth/require-kind';
import { forbidden } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import { requireSandboxCampaign } from './keep-as-sandbox.ts';
import type { SignResult } from './results.ts';
import { theSandbox } from './rules.ts';
import { campaignInput } from './schema.ts';
import { demonstration } from './sign-text.ts';
import { type PackKeeping, signAndPack } from './signing.ts';

/**
 * Closes a campaign that the sandbox made and decided by itself, as a demonstration: the text, the
 * ledger and the pack say that no person signed, and attest nothing. Refused outside sandbox mode,
 * and where a person decided anything.
 */
export async function signAsSandbox(
  context: Context,
  input: { readonly campaignId: string },
  keeping: PackKeeping,
  mode: { readonly sandbox: boolean },
): Promise<SignResult> {
  requireKind(context.actor, 'sandbox');
  if (!mode.sandbox) throw forbidden('Only a sandbox signs by itself; here a person has to.');
  const { campaignId } = parseInput(campaignInput, input);
  await requireSandboxCampaign(context.db, campaignId);
  return signAndPack(context, campaignId, keeping, {
    personId: null,
    named: { ...theSandbox, email: '' },
    memo: null,
    text: demonstration,
    async whyNot(tx) {
      const byPersons = await tx.itemDecision.count({
        where: { actorKind: 'person', item: { campaignId } },
      });
      return byPersons > 0 ? 'Persons decided in this campaign: a person has to sign it.' : null;
    },
  });
}
