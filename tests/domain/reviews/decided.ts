import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rawPublicKey } from '#lib/core/ed25519';
import {
  advanceRemovals,
  answerSpotCheck,
  decideItem,
  drawSpotChecks,
  type PackKeeping,
} from '#lib/reviews/index';
import { itemOf, launched } from './campaign.ts';
import { job, type World } from './world.ts';

export async function newKeeping(): Promise<PackKeeping & { pinned: { name: string; publicKey: string } }> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    directory: await mkdtemp(join(tmpdir(), 'countersign-packs-')),
    signingKey: privateKey,
    pinned: { name: 'test', publicKey: rawPublicKey(publicKey).toString('base64') },
  };
}

export interface Decided {
  readonly campaignId: string;
  readonly kept: string;
  readonly revoked: string;
}

/** A campaign of two grants, one kept by two persons and one revoked and proven gone. */
export async function decidedCampaign(world: World, reason = 'needed for migrations'): Promise<Decided> {
  const kept = await world.addGrant({ actions: ['read', 'schema'] });
  const revoked = await world.addGrant({ actions: ['read'], scope: ['public.orders'] });
  const campaignId = await launched(world);
  const keep = await itemOf(world, campaignId, kept);
  const drop = await itemOf(world, campaignId, revoked);
  for (const name of ['grace', 'edsger'] as const) {
    await decideItem(world.as(name), { itemId: keep.id, choice: 'approve', reason, dwellMs: 12_000 });
  }
  await decideItem(world.as('grace'), { itemId: drop.id, choice: 'revoke', reason: 'never used' });
  await advanceRemovals(world.by(job));
  await drawSpotChecks(world.by(job), { campaignId });
  await answerSpotCheck(world.as('radia'), { itemId: keep.id, outcome: 'agree' });
  return { campaignId, kept, revoked };
}
