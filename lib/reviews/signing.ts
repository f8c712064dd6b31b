import type { KeyObject } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '#lib/auth/context';
import { CountersignError, conflict, forbidden, notFound } from '#lib/core/errors';
import type { Tx } from '#lib/db/client';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { namesOf } from './get-campaign.ts';
import type { CampaignScope, CampaignState, Named, TieOut } from './model.ts';
import { buildContent } from './pack/build.ts';
import { finishPack } from './pack/finish.ts';
import { figuresOf } from './pack/head.ts';
import type { SignOffClaim } from './pack/sign-off.ts';
import type { SignResult } from './results.ts';
import { whyClosed } from './rules.ts';
import type { attestation } from './sign-text.ts';
import { spotShareOf } from './spot/draw.ts';
import { type Standing, standingsOf } from './standings.ts';
import { reckon } from './tie-out.ts';

const signMsMax = 300_000;

/** Where packs are kept, and the ledger's key. */
export interface PackKeeping {
  /** A directory; packs are written as CAMPAIGN.zip. */
  readonly directory: string;
  readonly signingKey: KeyObject;
}

/** Who signs; the verb has checked that they may, and says what still stands against it. */
export interface Signer {
  /** Null: the sandbox, which attests nothing. */
  readonly personId: string | null;
  readonly named: Named & { readonly email: string };
  readonly memo: string | null;
  readonly text: typeof attestation;
  readonly whyNot: (tx: Tx) => Promise<string | null>;
}

interface Signed {
  readonly entryId: string;
  readonly manifestHash: string;
}

/** Signs and closes in one transaction, then puts the proof beside it and closes the container. */
export async function signAndPack(
  context: Context,
  campaignId: string,
  keeping: PackKeeping,
  by: Signer,
): Promise<SignResult> {
  await mkdir(keeping.directory, { recursive: true, mode: 0o700 });
  const places = packPlaces(keeping.directory, campaignId);
  const signed = await transaction(context.db, (tx) => signInside(tx, context, campaignId, by, places), {
    timeoutMs: signMsMax,
  });
  const place = { ...places, entryId: signed.entryId };
  const packHash = await finishPack(context.db, context.clock, place, keeping.signingKey);
  return { campaignId, ...signed, packHash };
}

export function packPlaces(directory: string, campaignId: string): { folder: string; path: string } {
  if (!/^[a-z0-9_]+$/.test(campaignId)) throw notFound('There is no such campaign.');
  return { folder: join(directory, campaignId), path: join(directory, `${campaignId}.zip`) };
}

async function signInside(
  tx: Tx,
  context: Context,
  campaignId: string,
  by: Signer,
  places: { folder: string; path: string },
): Promise<Signed> {
  const { campaign, tieOut, people, figures } = await reckoned(tx, context, campaignId, by);
  const now = context.clock.now();
  const scope = campaign.scope as unknown as CampaignScope;
  const text = by.text({ ...campaign, scope }, tieOut.population, now);
  const signer = by.named;
  const demonstration = by.personId === null;
  const signOff = { by: signer, at: now.toISOString(), text, memo: by.memo, demonstration };
  const built = await buildContent(tx, places.folder, { campaign, figures, people, signOff, tieOut, now });
  const { population, decided, excepted, denied, removed, removalsExcepted } = tieOut;
  const claim: SignOffClaim = {
    campaignId,
    ...built,
    signer,
    at: now.toISOString(),
    text,
    ...(demonstration ? { demonstration } : {}),
    numbers: { population, decided, excepted, denied, removed, removalsExcepted },
  };
  await tx.signOff.create({
    data: {
      campaignId,
      personId: by.personId,
      actorKind: demonstration ? 'sandbox' : 'person',
      text,
      manifestHash: built.manifestHash,
      packPath: places.path,
      packHash: built.dataHash,
      at: now,
    },
  });
  await tx.campaign.update({ where: { id: campaignId }, data: { state: 'signed' } });
  const entryId = await appendEntry(tx, {
    actor: context.actor,
    action: 'campaign.signed',
    subject: { kind: 'campaign', id: campaignId },
    summary: demonstration
      ? `The sandbox, not a person, closed its own review ${campaign.name}`
      : `${signer.name} signed the review ${campaign.name}`,
    payload: { ...claim },
    at: now,
  });
  await notify(tx, { kind: 'campaign', id: campaignId });
  return { entryId, manifestHash: built.manifestHash };
}

/** What ten thousand standings add up to; they themselves are let go before the pack is written. */
async function reckoned(tx: Tx, context: Context, campaignId: string, by: Signer) {
  const standings = await lockForSigning(tx, context, campaignId, by);
  const campaign = await tx.campaign.findUniqueOrThrow({ where: { id: campaignId } });
  const tieOut = reckon(standings, by.personId === null ? 0 : spotShareOf(campaign.rules));
  requireTies(tieOut);
  await requireLaunchEntry(tx, campaignId, campaign.snapshotHash);
  const exceptions = await tx.reviewException.findMany({
    where: { campaignId },
    select: { approvedById: true },
  });
  const involved = new Set(
    standings.flatMap((item) => [...item.reviewers, ...item.decisions].flatMap((one) => one.personId ?? [])),
  );
  const people = await namesOf(tx, [
    ...involved,
    ...exceptions.map((one) => one.approvedById),
    ...(await checkersOf(tx, campaignId)),
    ...(campaign.createdById ? [campaign.createdById] : []),
  ]);
  return { campaign, tieOut, people, figures: figuresOf(standings, people) };
}

/** From here on nothing in the campaign moves: decisions wait for its row, re-reads skip its removals. */
async function lockForSigning(
  tx: Tx,
  context: Context,
  campaignId: string,
  by: Signer,
): Promise<readonly Standing[]> {
  const [locked] = await tx.$queryRaw<{ state: CampaignState }[]>`
    SELECT state FROM campaign WHERE id = ${campaignId} FOR UPDATE`;
  if (!locked) throw notFound('There is no such campaign.');
  const closed = whyClosed(locked.state);
  if (closed !== null) throw conflict(closed);
  const why = await by.whyNot(tx);
  if (why !== null) throw forbidden(why);
  await tx.$queryRaw`
    SELECT 1 FROM removal m JOIN campaign_item i ON i.id = m.item_id
    WHERE i.campaign_id = ${campaignId} FOR UPDATE OF m`;
  return standingsOf(tx, campaignId, context.clock.now());
}

/** The snapshot is the one that the ledger saw at the launch. */
async function requireLaunchEntry(tx: Tx, campaignId: string, snapshotHash: string | null): Promise<void> {
  const entry = await tx.ledgerEntry.findFirst({
    where: { action: 'campaign.launched', subjectId: campaignId },
    select: { payload: true },
  });
  const payload = entry?.payload as { snapshotHash?: unknown } | null | undefined;
  if (snapshotHash !== null && payload?.snapshotHash === snapshotHash) return;
  throw new CountersignError(
    'integrity',
    'The hash of the snapshot is not the one that the ledger has of the launch. Nothing was signed.',
  );
}

function requireTies(tieOut: TieOut): void {
  if (tieOut.ties) return;
  throw new CountersignError('conflict', 'The numbers do not tie out yet: nothing can be signed.', {
    details: tieOut.missing.map(({ sentence, itemIds }) => ({
      at: itemIds[0] ?? 'campaign',
      message: sentence,
    })),
  });
}

async function checkersOf(tx: Tx, campaignId: string): Promise<readonly string[]> {
  const found = await tx.$queryRaw<{ id: string }[]>`
    SELECT person_id AS id FROM spot_check WHERE campaign_id = ${campaignId} AND person_id IS NOT NULL
    UNION SELECT a.person_id FROM spot_answer a JOIN spot_check c ON c.item_id = a.item_id
      WHERE c.campaign_id = ${campaignId}
    UNION SELECT drawn_by_id FROM spot_draw WHERE campaign_id = ${campaignId} AND drawn_by_id IS NOT NULL`;
  return found.map(({ id }) => id);
}
