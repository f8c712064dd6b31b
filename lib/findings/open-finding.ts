import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';
import type { NewFinding } from './model.ts';
/** Opens a finding, or marks the open one as seen again. Actor: job, worker or who may run campaigns. */
export async function openFinding(
  _context: Context,
  _input: NewFinding,
): Promise<{ id: string; opened: boolean }> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
