import type { Context } from '#lib/auth/context';
import { requirePerson } from '#lib/auth/require-kind';
import { requirePermission } from '#lib/auth/require-permission';
import { conflict, forbidden, notFound } from '#lib/core/errors';
import type { Tx } from '#lib/db/client';
import { Prisma } from '#lib/db/generated/client';
import { approvedUnder, involvedNow, withParties } from './independence.ts';
import type { CampaignState, Duty, GrantSnapshot, ItemState } from './model.ts';
import { involvedInGrant, whyClosed } from './rules.ts';

/** An item locked for its decision, with the person's own assignment. */
export interface LockedItem {
  readonly id: string;
  readonly campaignId: string;
  readonly grantId: string;
  readonly sentence: string;
  readonly grant: GrantSnapshot;
  readonly state: ItemState;
  readonly privileged: boolean;
  readonly unusedPermissions: number;
  readonly usedPermissions: number;
  readonly recommendation: 'approve' | 'reduce' | 'revoke' | 'none';
}

/** Locks the campaign against its sign-off, then the item against other decisions, in this order. */
export async function lockItem(tx: Tx, itemId: string): Promise<LockedItem> {
  const known = await tx.campaignItem.findUnique({ where: { id: itemId }, select: { campaignId: true } });
  if (!known) throw notFound('There is no such item.');
  const [campaign] = await tx.$queryRaw<{ state: CampaignState }[]>`
    SELECT state FROM campaign WHERE id = ${known.campaignId} FOR SHARE`;
  if (!campaign) throw notFound('There is no such campaign.');
  const closed = whyClosed(campaign.state);
  if (closed !== null) throw conflict(closed);
  await tx.$queryRaw`SELECT 1 FROM campaign_item WHERE id = ${itemId} FOR UPDATE`;
  const item = await tx.campaignItem.findUniqueOrThrow({ where: { id: itemId }, omit: { evidence: true } });
  return {
    id: item.id,
    campaignId: item.campaignId,
    grantId: item.grantId,
    sentence: item.sentence,
    grant: item.grantSnapshot as unknown as GrantSnapshot,
    state: item.state as ItemState,
    privileged: item.privileged,
    unusedPermissions: item.unusedPermissions,
    usedPermissions: item.usedPermissions,
    recommendation: item.recommendation as LockedItem['recommendation'],
  };
}

/**
 * The person's duty on the item. Throws unless it is assigned to this very person, who has not left
 * and is independent of the grant, at launch and now.
 */
export async function requireStanding(tx: Tx, context: Context, item: LockedItem): Promise<Duty> {
  const person = requirePerson(context.actor);
  const own = await tx.itemReviewer.findUnique({
    where: { itemId_personId: { itemId: item.id, personId: person.id } },
  });
  requirePermission(person, 'item.decide', { assigned: own !== null && own.endedAt === null });
  await requireIndependent(tx, person.id, item, 'You');
  const others = await tx.itemReviewer.count({
    where: { itemId: item.id, endedAt: null, personId: { not: person.id } },
  });
  if (others === 0 && (await hasApprovedUnder(tx, person.id, item))) {
    throw forbidden(
      'You approved statements under this grant and can’t be its only reviewer. Ask for a second one.',
    );
  }
  return own?.duty as Duty;
}

/** Throws when the person left, or is involved in the grant: at launch, or by what is true now. */
export async function requireIndependent(
  tx: Tx,
  personId: string,
  item: Pick<LockedItem, 'grant' | 'grantId'>,
  who: string,
): Promise<void> {
  const is = who === 'You' ? 'You are' : `${who} is`;
  const frozen = involvedInGrant(item.grant).find((one) => one.person.id === personId);
  if (frozen) throw forbidden(`${is} ${frozen.as}: somebody independent has to decide this.`);
  const [now] = await tx.$queryRaw<{ involved: boolean }[]>`
    SELECT ${personId} IN (${involvedNow}) AS involved FROM ${withParties} WHERE g.id = ${item.grantId}`;
  if (now?.involved) {
    throw forbidden(
      `${is} responsible for the agent or the grant by now: somebody independent has to decide this.`,
    );
  }
  const person = await tx.person.findUnique({ where: { id: personId }, select: { leftAt: true } });
  if (!person || person.leftAt) throw forbidden(`${who} no longer can: the person left.`);
}

/** Did the person approve a statement of this agent on this resource in the campaign's period? */
export async function hasApprovedUnder(
  tx: Tx,
  personId: string,
  item: Pick<LockedItem, 'id'>,
): Promise<boolean> {
  const [found] = await tx.$queryRaw<{ approved: boolean }[]>`
    SELECT ${approvedUnder(Prisma.sql`${personId}`)} AS approved
    FROM campaign_item i JOIN campaign c ON c.id = i.campaign_id WHERE i.id = ${item.id}`;
  return found?.approved ?? false;
}
