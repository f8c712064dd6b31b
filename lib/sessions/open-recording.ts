import type { Context } from '#lib/auth/context';
import { CountersignError } from '#lib/core/errors';
import type { SealingKey } from '#lib/core/sealing';
import type { RecordingPage } from './model.ts';
import type { OpeningInput } from './schema.ts';

export async function openRecording(
  _context: Context,
  _input: OpeningInput,
  _recordings: { readonly directory: string; readonly key: SealingKey },
): Promise<RecordingPage> {
  throw new CountersignError('unavailable', 'This part is being built.');
}
