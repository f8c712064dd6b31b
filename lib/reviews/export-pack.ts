import { existsSync } from 'node:fs';
import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { CountersignError, conflict, notFound } from '#lib/core/errors';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { fileDigest } from './pack/build.ts';
import { finishPack } from './pack/finish.ts';
import { type PackKeeping, packPlaces } from './signing.ts';

export interface ExportedPack {
  readonly path: string;
  /** `q4-review.countersign.zip`: what a browser saves it as. */
  readonly fileName: string;
  /** SHA-256 of the file, hex. */
  readonly packHash: string;
}

/** The signed pack's place on disk, finished first where a crash left it open: one ledger entry per export. */
export async function exportPack(
  context: Context,
  campaignId: string,
  keeping: PackKeeping,
): Promise<ExportedPack> {
  requirePermission(context.actor, 'evidence.export');
  const campaign = await context.db.campaign.findUnique({
    where: { id: campaignId },
    include: { signOff: true },
  });
  if (!campaign) throw notFound('There is no such campaign.');
  if (!campaign.signOff) throw conflict('The campaign is not signed yet: there is no pack.');
  const places = packPlaces(keeping.directory, campaignId);
  if (!existsSync(places.path)) await finishOpen(context, campaignId, places, keeping);
  const packHash = await fileDigest(places.path);
  await transaction(context.db, (tx) =>
    appendEntry(tx, {
      actor: context.actor,
      action: 'evidence.exported',
      subject: { kind: 'campaign', id: campaignId },
      summary: `${context.actor.name} exported the evidence pack of ${campaign.name}`,
      payload: { packHash, manifestHash: campaign.signOff?.manifestHash ?? null },
      at: context.clock.now(),
    }),
  );
  return { path: places.path, fileName: fileNameOf(campaign.name), packHash };
}

async function finishOpen(
  context: Context,
  campaignId: string,
  places: { folder: string; path: string },
  keeping: PackKeeping,
): Promise<void> {
  if (!existsSync(places.folder)) {
    throw new CountersignError(
      'unavailable',
      'The pack is not on this machine’s disk. Restore it from its backup.',
    );
  }
  const entry = await context.db.ledgerEntry.findFirst({
    where: { action: 'campaign.signed', subjectId: campaignId },
    select: { id: true },
  });
  if (!entry) throw new CountersignError('integrity', 'The ledger has no entry of this sign-off.');
  await finishPack(context.db, context.clock, { ...places, entryId: entry.id }, keeping.signingKey);
}

function fileNameOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase();
  return `${plain.slice(0, 80) || 'review'}.countersign.zip`;
}
