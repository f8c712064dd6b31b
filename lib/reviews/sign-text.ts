import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';

/** The text that the signer attests to, as it would be signed now. */
export async function signOffText(_context: Context, _campaignId: string): Promise<string> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
