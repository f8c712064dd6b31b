import { forbidden } from '#lib/core/errors';
import type { Context } from './context.ts';

/**
 * For changes of people, roles and masks: a second admin consented (`lib/proposals` says so), or the
 * sandbox asks none. Throws `forbidden` for anybody who calls such a verb directly.
 */
export function requireConsent({ secondAdmin }: Context): void {
  if (secondAdmin === undefined) {
    throw forbidden('A second admin has to consent to this. Propose it instead.');
  }
}
