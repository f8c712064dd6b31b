import type { LimitTerm } from '#lib/policies/model';
import type { Conversation } from './conversation.ts';
import { ranUnread } from './effects.ts';
import type { FactsView } from './facts-view.ts';
import { limitRefusal, limitWords } from './limit-words.ts';
import { Operation } from './operations.ts';
import { replacedParse, rewritten } from './replaced.ts';

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
    const { queue } = talk;
    if (queue.head !== head || talk.ending !== null || head.muted) return;
    // A cancel that comes late would hit what was sent after it.
    if (queue.last?.group === head.group) talk.stop();
  });
}

/**
 * It ran to its end all the same, and the agent hears nothing more of its message or group. It gets the
 * limit's error now where that is the truth: where nothing else was done, or can still be taken back.
 */
export function endExceeded(talk: Conversation, head: Operation): void {
  const { exceeded } = head;
  if (exceeded === null) return;
  const changes = mayChange(talk, head);
  const end = muteRest(talk, head);
  if (changes && end !== null) {
    end.unsaid = exceeded;
    return;
  }
  talk.toClient.message(rewritten(exceeded));
  if (end !== null) return;
  talk.discarding = true;
  if (changes) failGroup(talk);
}

/** An error came to what was muted: what ran is taken back, and the limit's error is the truth. */
export function saysLimit(talk: Conversation, head: Operation): void {
  const end = endOf(talk, head);
  if (end === null || end.unsaid === null) return;
  talk.toClient.message(rewritten(end.unsaid));
  end.unsaid = null;
}

/** The message or group is over, and no error took back what ran beside the answer that was stopped. */
export function endsUnsaid(talk: Conversation, end: Operation): void {
  if (end.unsaid === null) return;
  talk.session.live.cut(limitWords.stands(end.unsaid, talk.status === 'I'));
}

function muteRest(talk: Conversation, head: Operation): Operation | null {
  head.muted = true;
  if (head.kind === 'query') return head;
  for (const operation of talk.queue.all()) {
    if (operation.kind === 'sync') return operation;
    operation.muted = true;
  }
  return null;
}

function endOf({ queue }: Conversation, head: Operation): Operation | null {
  return head.kind === 'query' ? head : (queue.all().find(({ kind }) => kind === 'sync') ?? null);
}

/** Could something of the message or group stand, whose agent is told of an error? */
function mayChange(talk: Conversation, head: Operation): boolean {
  const isOpen = talk.status !== 'I';
  const changes = ({ view }: { readonly view: FactsView }) =>
    view.kind.writes || ranUnread(view.facts) || (isOpen && view.facts.transaction !== null);
  if (head.runs.some(changes)) return true;
  if (head.kind === 'query') return false;
  if (talk.changedGroup === head.group) return true;
  return talk.queue.all().some(({ group, runs }) => group === head.group && runs.some(changes));
}

/** The group's Sync was not sent: an error in it takes back what ran. */
function failGroup(talk: Conversation): void {
  const operation = new Operation('parse', talk.group);
  operation.muted = true;
  talk.send(operation, replacedParse);
}
