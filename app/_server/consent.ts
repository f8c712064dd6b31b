import type { Proposed } from '#lib/proposals/model';
import type { Done } from './action.ts';

/** What a form says of a change that a second admin may have to consent to. */
export function doneOrProposed(made: Proposed, done: string): Done {
  if (made.state === 'proposed') {
    return {
      message: 'Proposed. It counts once another admin consents, under Settings, Changes.',
      data: { proposalId: made.proposalId },
    };
  }
  return { message: `${done} The sandbox asks no second admin.` };
}
