import { revalidatePath } from 'next/cache';
import { unstable_rethrow } from 'next/navigation';
import { isCountersignError } from '#lib/core/errors';
import type { FormState } from '../../components/ui/form-state.ts';
import { actionContext, type PersonContext } from './context.ts';
import { report } from './report.ts';

export interface Done {
  readonly message: string;
  readonly data?: Readonly<Record<string, string>>;
}

/**
 * Runs one verb for a form: whoever is signed in acts, a refusal becomes the form's state. Next
 * itself refuses an action whose Origin is not this host.
 */
export async function runAction(work: (context: PersonContext) => Promise<Done>): Promise<FormState> {
  try {
    const done = await work(await actionContext());
    // The page that the form stands on is read anew in the same answer.
    revalidatePath('/', 'layout');
    return { kind: 'done', message: done.message, data: done.data ?? {}, at: Date.now() };
  } catch (error) {
    unstable_rethrow(error);
    if (isCountersignError(error) && error.code !== 'internal') {
      return {
        kind: 'refused',
        code: error.code,
        message: error.message,
        details: error.details.map(({ at, message }) => ({ at, message })),
        at: Date.now(),
      };
    }
    return {
      kind: 'refused',
      code: 'internal',
      message: `Something went wrong here, and nothing was changed. Tell an admin: ${report(error)}`,
      details: [],
      at: Date.now(),
    };
  }
}
