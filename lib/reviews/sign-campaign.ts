import type { KeyObject } from 'node:crypto';
import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';
import type { SignResult } from './model.ts';

export interface SignCampaign {
  readonly campaignId: string;
  /** When this person last proved who they are; older than five minutes is refused. */
  readonly signedInAt: Date;
  /** The signer's own words, for the pack's memo. */
  readonly memo?: string | undefined;
}

/** Where packs are kept, and the ledger's key. */
export interface PackKeeping {
  /** A directory; packs are written as CAMPAIGN.zip. */
  readonly directory: string;
  readonly signingKey: KeyObject;
  /** Name of the key in signed notes. */
  readonly keyName: string;
}

/** Ties the numbers out, writes the pack, signs it, closes the campaign for good. */
export async function signCampaign(
  _context: Context,
  _input: SignCampaign,
  _keeping: PackKeeping,
): Promise<SignResult> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
