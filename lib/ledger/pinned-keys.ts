import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CountersignError, isCountersignError } from '#lib/core/errors';
import { type NoteVerifier, parseVerifier } from './signed-note.ts';

/** The files of `pinned-keys` in this home, by name: public keys that whoever runs it trusts. */
export async function pinnedKeyFiles(
  home: string,
): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const folder = join(home, 'pinned-keys');
  if (!existsSync(folder)) return [];
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
  return Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      return { path, text: await readFile(path, 'utf8') };
    }),
  );
}

/** Keys that signed earlier checkpoints, where the signing key was changed. Throws `invalid` for a file that is no key. */
export async function pinnedKeys(home: string): Promise<readonly NoteVerifier[]> {
  return (await pinnedKeyFiles(home)).map(({ path, text }) => {
    try {
      return parseVerifier(text);
    } catch (error) {
      if (!isCountersignError(error)) throw error;
      throw new CountersignError('invalid', `${path}: ${error.message}`, { cause: error });
    }
  });
}
