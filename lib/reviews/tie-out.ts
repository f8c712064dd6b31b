import type { Context } from '#lib/auth/context';
import { forbidden } from '#lib/core/errors';
import type { Tx } from '#lib/db/client';
import type { TieOut } from './model.ts';
import { involvedInGrant, isDecided } from './rules.ts';
import { counted } from './sentence.ts';
import { spotShareOf } from './spot/draw.ts';
import { type Standing, standingsOf } from './standings.ts';
import { requireVisibleCampaign, seesAll } from './visible.ts';

const idsShownMax = 100;

/** Population = decided + excepted; denied = removed + excepted; names what is missing. */
export async function tieOut(context: Context, campaignId: string): Promise<TieOut> {
  await requireVisibleCampaign(context, campaignId);
  if (!seesAll(context.actor))
    throw forbidden('The numbers of a whole campaign are for admins and auditors.');
  return tieOutIn(context.db, campaignId, context.clock.now());
}

/** The same inside a transaction, for verbs that have checked who may. */
export async function tieOutIn(tx: Tx, campaignId: string, now: Date): Promise<TieOut> {
  const campaign = await tx.campaign.findUniqueOrThrow({
    where: { id: campaignId },
    select: { rules: true },
  });
  return reckon(await standingsOf(tx, campaignId, now), spotShareOf(campaign.rules));
}

/** Pure. Each item is on exactly one side of each equation; `spotShare` of the keeps was looked at twice. */
export function reckon(items: readonly Standing[], spotShare = 0): TieOut {
  const decided = items.filter((item) => isDecided(item.state));
  const excepted = items.filter((item) => item.state === 'excepted');
  const open = items.filter((item) => !isDecided(item.state) && item.state !== 'excepted');
  const denied = items.filter((item) => item.state === 'reduced' || item.state === 'revoked');
  const removed = denied.filter(isRemoved);
  const waiting = denied.filter((item) => !isRemoved(item));
  const removalsExcepted = waiting.filter((item) => item.excepted);
  const unproven = waiting.filter((item) => !item.excepted);
  const missing = [
    line(
      open.filter((item) => item.state === 'open'),
      (n) => `${n} nobody has decided`,
    ),
    line(
      open.filter((item) => item.state === 'partly'),
      (n, one) => `${n} ${one ? 'lacks' : 'lack'} a second reviewer’s answer`,
    ),
    line(
      open.filter((item) => item.state === 'escalated'),
      (n, one) => `${n} ${one ? 'was' : 'were'} answered “don’t know”`,
    ),
    line(
      unproven,
      (n, one) =>
        `${n} ${one ? 'was' : 'were'} taken away without proof that ${one ? 'it is' : 'they are'} gone`,
    ),
    line(
      items.filter(isOwnDecision),
      (n, one) =>
        `${n} ${one ? 'was' : 'were'} decided by somebody who is responsible for ${one ? 'it' : 'them'}`,
    ),
    ...(spotShare > 0 && open.length === 0 ? spotLines(items) : []),
  ].filter((one) => one !== null);
  return {
    population: items.length,
    decided: decided.length,
    excepted: excepted.length,
    denied: denied.length,
    removed: removed.length,
    removalsExcepted: removalsExcepted.length,
    ties:
      items.length > 0 &&
      items.length === decided.length + excepted.length &&
      denied.length === removed.length + removalsExcepted.length &&
      missing.length === 0,
    missing,
  };
}

/** What the second look still lacks. What is no longer kept, or stands by an exception, needs none. */
function spotLines(items: readonly Standing[]) {
  const kept = items.filter((item) => item.state === 'approved' && !item.excepted);
  const drawn = kept.filter((item) => item.spot?.drawn);
  return [
    line(
      kept.filter((item) => item.spot === null),
      (n, one) => `${n} ${one ? 'was kept and is' : 'were kept and are'} in no draw for a second look yet`,
    ),
    line(
      drawn.filter((item) => item.spot?.outcome === null),
      (n, one) => `${n} ${one ? 'was' : 'were'} drawn for a second look that nobody has taken`,
    ),
    line(
      drawn.filter((item) => item.spot?.outcome === 'disagree'),
      (n, one) => `${n} ${one ? 'was' : 'were'} kept although the second person disagrees`,
    ),
  ];
}

/** Proven: every removal of the item was found absent when the grant was read again. */
function isRemoved(item: Standing): boolean {
  return item.removals.length > 0 && item.removals.every((one) => one.state === 'absent_on_reread');
}

function isOwnDecision(item: Standing): boolean {
  const involved = new Set(involvedInGrant(item.grant).map(({ person }) => person.id));
  return item.decisions.some((one) => one.personId !== null && involved.has(one.personId));
}

function line(items: readonly Standing[], sentence: (items: string, one: boolean) => string) {
  if (items.length === 0) return null;
  return {
    sentence: `${sentence(counted(items.length, 'item'), items.length === 1)}.`,
    itemIds: items.slice(0, idsShownMax).map((item) => item.id),
  };
}
