'use server';

import { invalid } from '#lib/core/errors';
import { type ImportSource, importFile } from '#lib/grants/index';
import type { FormState } from '../../../../components/ui/form-state.ts';
import { runAction } from '../../../_server/action.ts';
import { fieldOf, momentOf } from '../../../_server/form.ts';

export async function upload(_before: FormState, form: FormData): Promise<FormState> {
  return runAction(async (context) => {
    const result = await importFile(context, {
      source: fieldOf(form, 'source') as ImportSource,
      readAt: momentOf(form, 'readAt'),
      text: await fileText(form),
    });
    const { added, changed, ended, unchanged } = result;
    return {
      message: `Read: ${added} new, ${changed} changed, ${ended} gone, ${unchanged} as before.`,
      data: { id: result.importId },
    };
  });
}

async function fileText(form: FormData): Promise<string> {
  const file = form.get('file');
  if (!(file instanceof File) || file.size === 0) throw invalid('Choose the file with what was read.');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    throw invalid('The file is no UTF-8 text. Save it as CSV UTF-8 or JSON.');
  }
}
