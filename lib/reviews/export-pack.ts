import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';

export interface ExportedPack {
  readonly path: string;
  /** `Q4-review.countersign.zip`: what a browser saves it as. */
  readonly fileName: string;
  readonly packHash: string;
}

/** The signed pack's place on disk: one ledger entry per export. */
export async function exportPack(_context: Context, _campaignId: string): Promise<ExportedPack> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
