import { readReport } from '../codec/read.ts';
import { fromServer } from '../codec/types.ts';
import { reportOf } from '../codec/write.ts';
import type { Conversation } from './conversation.ts';
import { groupFailed, meaningMayHaveChanged } from './effects.ts';
import { saysLimit } from './exceeding.ts';
import type { Operation } from './operations.ts';
import { rewritten } from './replaced.ts';
import { scrubbed } from './scrub-report.ts';

interface Frame {
  readonly buffer: Buffer;
  readonly start: number;
  readonly end: number;
}

/** NoticeResponse: scrubbed, recorded, handed on. */
export function notice(talk: Conversation, frame: Frame): void {
  const { head } = talk.queue;
  if (head?.internal) return;
  const { fields, bytes } = clean(talk, fromServer.notice, frame);
  talk.session.recorder.append({
    kind: 'notice',
    of: head?.run?.seq ?? null,
    from: 'target',
    severity: fields.get('S') ?? 'NOTICE',
    message: fields.get('M') ?? '',
  });
  talk.toClient.message(bytes);
}

/** ErrorResponse: scrubbed, or the words of a refusal where the statement was replaced by one. */
export function failed(talk: Conversation, frame: Frame): void {
  const { head } = talk.queue;
  const { fields, said, bytes } = clean(talk, fromServer.error, frame);
  talk.toClient.attribute(head?.run ?? null);
  const refusal = said.get('V') === 'ERROR' ? (head?.refusal ?? head?.exceeded ?? null) : null;
  if (head?.muted) saysLimit(talk, head);
  else talk.toClient.message(refusal === null ? bytes : rewritten(refusal));
  talk.toClient.settle(true);
  const error = refusal ?? { code: fields.get('C') ?? 'XX000', message: fields.get('M') ?? '' };
  const status = head?.exceeded ? 'cancelled' : refusal === null ? statusOf(error.code) : 'refused';
  head?.run?.finish(status, null, { code: error.code, message: error.message });
  // A Sync fails when the transaction that it ends can't be committed; it is answered all the same.
  if (head === undefined || head.kind === 'sync') return;
  if (head.kind === 'query') queryFailed(talk, head, error);
  else {
    const { dropped, syncFound } = talk.queue.dropToSync();
    groupFailed(talk, dropped);
    if (!syncFound) talk.discarding = true;
    talk.copyingIn = false;
  }
}

function statusOf(code: string): 'cancelled' | 'failed' {
  return code === '57014' ? 'cancelled' : 'failed';
}

function queryFailed(talk: Conversation, head: Operation, error: { code: string; message: string }): void {
  head.whole?.finish(statusOf(error.code), null, error);
  for (const run of head.runs.slice(head.at + 1)) run.finish('cancelled', null, null);
  head.at = head.runs.length;
  talk.copyingIn = false;
  meaningMayHaveChanged(talk, [head]);
}

function clean(talk: Conversation, type: number, { buffer, start, end }: Frame) {
  const { head } = talk.queue;
  const { masks } = talk.session.live.access().resource;
  const said = readReport(buffer, start, end);
  const ownText = head?.run?.view.text ?? head?.prepared?.text ?? null;
  const { fields, changed } = scrubbed(said, masks, ownText);
  return { said, fields, bytes: changed ? reportOf(type, fields) : buffer.subarray(start, end) };
}
