import { revalidatePath } from 'next/cache';
import { unstable_rethrow } from 'next/navigation';
import { CountersignError, isCountersignError } from '#lib/core/errors';
import type { Answer, FormState } from '../../components/ui/form-state.ts';
import { actionContext, type PersonContext, signedInAt } from './context.ts';
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

/** Runs one verb that only answers: a refusal becomes what is said instead. */
export async function answerFor<Value>(
  work: (context: PersonContext) => Value | Promise<Value>,
): Promise<Answer<Value>> {
  try {
    return { value: await work(await actionContext()), failed: null };
  } catch (error) {
    unstable_rethrow(error);
    if (isCountersignError(error) && error.code !== 'internal') return { value: null, failed: error.message };
    return { value: null, failed: `Something went wrong here. Tell an admin: ${report(error)}` };
  }
}

/** When the person last proved who they are, for a verb that asks how long ago that was. */
export async function provenAt(): Promise<Date> {
  const at = await signedInAt();
  if (at) return at;
  throw new CountersignError(
    'unauthenticated',
    'The sign-in service does not say when. Sign in again first.',
  );
}
