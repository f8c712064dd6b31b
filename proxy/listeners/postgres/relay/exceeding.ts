import type { LimitTerm } from '#lib/policies/model';
import type { Conversation } from './conversation.ts';
import { limitRefusal } from './limit-words.ts';
import type { Operation } from './operations.ts';
import { rewritten } from './replaced.ts';

/**
 * An answer is beyond a limit: no more of it goes to the agent. The target is told to stop, unless it
 * has finished with what was read already.
 */
export function exceed(talk: Conversation, head: Operation, limit: LimitTerm): void {
  head.exceeded = limitRefusal.exceeded(limit);
  if (head.counted !== null) {
    head.counted.exceeded = head.exceeded;
    return;
  }
  setImmediate(() => {
    if (talk.queue.head !== head || talk.ending !== null || head.muted) return;
    talk.stop();
  });
}

/** It ran to its end all the same: the agent gets the limit's error, and nothing more up to the next Sync. */
export function endExceeded(talk: Conversation, head: Operation): void {
  const { exceeded } = head;
  if (exceeded === null) return;
  talk.toClient.message(rewritten(exceeded));
  if (head.kind === 'query') {
    head.muted = true;
    return;
  }
  for (const operation of talk.queue.all()) {
    if (operation.kind === 'sync') return;
    operation.muted = true;
  }
  talk.discarding = true;
}
