import type { Actor } from '#lib/auth/actor';
import { may } from '#lib/auth/require-permission';
import type { Tx } from '#lib/db/client';

/** Why this actor can't sign the campaign, whatever its numbers; null: may. */
export async function whyNotSigner(tx: Tx, actor: Actor, campaignId: string): Promise<string | null> {
  if (actor.kind !== 'person' || !may(actor, 'campaign.sign')) return 'Only an auditor signs a campaign.';
  const person = await tx.person.findUnique({ where: { id: actor.id }, select: { leftAt: true } });
  if (!person || person.leftAt) return 'You are no longer among the people here.';
  const decided = await tx.itemDecision.count({ where: { personId: actor.id, item: { campaignId } } });
  if (decided > 0) return `You decided ${decided} of its items: somebody else has to sign.`;
  const accepted = await tx.reviewException.count({ where: { campaignId, approvedById: actor.id } });
  if (accepted > 0) return `You accepted ${accepted} of its exceptions: somebody else has to sign.`;
  const checked = await tx.spotAnswer.count({
    where: { personId: actor.id, check: { campaignId } },
  });
  if (checked > 0) return `You looked at ${checked} of its items a second time: somebody else has to sign.`;
  return null;
}
