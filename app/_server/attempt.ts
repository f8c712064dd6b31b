import { notFound } from 'next/navigation';
import { type CountersignError, isCountersignError } from '#lib/core/errors';

export type Attempt<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: CountersignError };

/**
 * For pages: a read that may be refused. Not found is the not-found page; what a person can act on
 * comes back; anything else goes to the error page.
 */
export async function attempt<Value>(read: Promise<Value>): Promise<Attempt<Value>> {
  try {
    return { ok: true, value: await read };
  } catch (error) {
    if (!isCountersignError(error)) throw error;
    if (error.code === 'not_found') notFound();
    if (error.code === 'internal') throw error;
    return { ok: false, error };
  }
}
