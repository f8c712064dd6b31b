import { answerIn } from '#lib/approvals/rules';
import { approvalTtlSecondsMax } from '#lib/core/limits';
import { stopped } from '#lib/core/stopped';
import type { ApprovalState, NewApproval } from '#proxy/control/control-plane';
import { type ReportFields, report } from '../codec/write.ts';
import { pendingStatement, refusedStatement } from '../errors.ts';
import {
  countedEstimate,
  type Estimate,
  isEstimated,
  noEstimate,
  recordedEstimate,
  whyNotEstimated,
} from '../estimate.ts';
import { bindingOf } from './binding.ts';
import { cardOf } from './card.ts';
import type { Conversation } from './conversation.ts';
import { SessionOver } from './conversation.ts';
import { type Answer, Hold } from './hold.ts';
import { type Judged, tellsOfMasked } from './judged.ts';
import type { Refusal } from './replaced.ts';
import type { StatementRun } from './run.ts';
import { hidden, hiddenParameters, wholeShownText } from './shown-text.ts';

export interface HeldStatement {
  readonly judged: Judged;
  readonly text: string;
  readonly bound: readonly { readonly type: number; readonly value: string | null }[];
  readonly run: StatementRun;
  /** Decides the same message again, as things stand now. */
  readonly again: () => Judged;
  /** Rows that it wrote, when it ran and waits to be rolled back; null: a number that can't be told. */
  readonly counted?: number | null;
  /** What came after the text: the approval is for it too. */
  readonly data?: { readonly rows: number | null; readonly digest: string };
  /** Its connection takes data: nothing can be asked on it, and nobody is waited for. */
  readonly isBusy?: boolean;
}

/** Approved and used up: forward it now, as decided last. Otherwise what the agent is told. */
export type HeldResult = { readonly approved: Judged } | { readonly refusal: Refusal };

/** Asks people about one held statement; the agent hears of it while it waits. */
export function askPeople(conversation: Conversation, held: HeldStatement): Promise<HeldResult> {
  const asked = ask(conversation, held);
  conversation.asking = asked.then(
    () => {},
    () => {},
  );
  return asked;
}

async function ask(conversation: Conversation, held: HeldStatement): Promise<HeldResult> {
  const { services, session } = conversation;
  const { control } = services;
  const canonicalText = services.parser.canonical(held.text);
  if (canonicalText === null) {
    return refuse(
      held,
      'refused',
      refusedStatement('It needs an approval, and its text can not be read for one.', null),
    );
  }
  // What ran already waits for nobody: it keeps its locks.
  const inTransaction =
    held.isBusy === true || conversation.status !== 'I' || conversation.groupSent === 'work';
  const accessDigest = held.judged.access.digest;
  const agentId = session.identity.agent.agent.id;
  const resourceId = session.target.record.resource.id;
  const binding = bindingOf({
    canonicalText,
    parameters: held.bound,
    agentId,
    resourceId,
    role: conversation.state.role,
    searchPath: conversation.state.searchPath,
    accessDigest,
    data: held.data,
  });
  const ready = await control.findApproved(agentId, resourceId, binding, session.id);
  if (ready !== null) {
    note(conversation, held, ready, 'approved');
    if (await use(conversation, held, ready)) return { approved: held.judged };
  }
  const estimate = await estimateOf(conversation, held);
  const request = requestOf(conversation, held, { binding, estimate, inTransaction });
  const hold = new Hold(control, services.watch);
  conversation.hold = hold;
  let answer: Answer;
  try {
    answer = await hold.wait(request, (approval) => {
      note(conversation, held, approval, 'requested', estimate);
      session.recorder.flush();
      if (inTransaction) return;
      conversation.toClient.message(waitingNotice(approval, request));
      conversation.toClient.flush();
    });
  } finally {
    conversation.hold = null;
  }
  return settle(conversation, held, answer, request, hold);
}

async function settle(
  conversation: Conversation,
  held: HeldStatement,
  answer: Answer,
  request: NewApproval,
  hold: Hold,
): Promise<HeldResult> {
  const { approval } = answer;
  switch (answer.kind) {
    case 'pending':
      return refuse(
        held,
        'pending',
        pendingStatement({
          ticket: approval.ticket,
          verdict: request.card.verdict,
          expiresAt: approval.expiresAt,
          rule: request.card.rule.id,
          question: approval.question ?? null,
        }),
      );
    case 'departed':
      note(conversation, held, approval, 'cancelled');
      if (answer.how !== 'cancelled') {
        held.run.finish('cancelled', null, null);
        throw new SessionOver();
      }
      return refuse(held, 'cancelled', cancelled);
    case 'refused':
      note(conversation, held, approval, approval.state === 'expired' ? 'expired' : 'denied');
      return refuse(held, 'refused', refusedStatement(words(approval), null));
    case 'approved': {
      note(conversation, held, approval, 'approved');
      if (held.isBusy !== true) await conversation.ready();
      const again = held.again();
      if (!isSame(again, held.judged) || again.decision.outcome === 'deny') {
        const why = `${approval.ticket} was approved, but what it may do has changed meanwhile. Run it again.`;
        return refuse(held, 'refused', refusedStatement(why, null));
      }
      if (hold.departed !== null) throw new SessionOver();
      if (await use(conversation, held, approval)) return { approved: again };
      const why = `The approval ${approval.ticket} no longer stands (used, expired or withdrawn). Run it again to ask anew.`;
      return refuse(held, 'refused', refusedStatement(why, null));
    }
  }
}

async function use(
  conversation: Conversation,
  held: HeldStatement,
  approval: ApprovalState,
): Promise<boolean> {
  const { session, services } = conversation;
  await session.recorder.flush();
  if (!(await services.control.useApproval(approval.id, session.id, held.run.seq))) return false;
  if (conversation.ending !== null) throw new SessionOver();
  note(conversation, held, approval, 'used');
  return true;
}

function note(
  { session }: Conversation,
  held: HeldStatement,
  approval: ApprovalState,
  state: 'requested' | 'approved' | 'denied' | 'expired' | 'used' | 'cancelled',
  expected?: Estimate,
): void {
  held.run.ticket = approval.ticket;
  const estimate = expected && recordedEstimate(expected);
  session.recorder.append({
    kind: 'approval',
    of: held.run.seq,
    ticket: approval.ticket,
    state,
    by: approval.decidedBy,
    reason: approval.reason,
    ...(estimate ? { estimate } : {}),
  });
}

function refuse(
  held: HeldStatement,
  status: 'refused' | 'pending' | 'cancelled',
  fields: ReportFields,
): HeldResult {
  held.run.finish(status, null, { code: fields.code, message: fields.message });
  return { refusal: fields };
}

/** The statement would still do what was shown, under the same policies and grants. */
function isSame(again: Judged, shown: Judged): boolean {
  if (again.access.digest !== shown.access.digest || again.stateKey !== shown.stateKey) return false;
  return again.views.every(({ kind }, index) => kind === shown.views[index]?.kind);
}

async function estimateOf(conversation: Conversation, held: HeldStatement): Promise<Estimate> {
  const { judged, counted } = held;
  if (counted !== undefined) return countedEstimate(counted, held.isBusy);
  if (tellsOfMasked(judged)) {
    return noEstimate('it uses masked columns, of which an estimate would tell');
  }
  if (!isEstimated(judged.views)) return noEstimate(whyNotEstimated(judged.views));
  return conversation.catalog.estimate(judged.views, held.text, held.bound, conversation.state);
}

function requestOf(
  conversation: Conversation,
  held: HeldStatement,
  more: { binding: string; estimate: Estimate; inTransaction: boolean },
): NewApproval {
  const { session, state, services } = conversation;
  const { judged } = held;
  const terms = judged.decision.hold ?? {
    groups: [],
    quorum: 1,
    ttlSeconds: approvalTtlSecondsMax,
    repeat: false,
  };
  // Constants of masked columns stay in the recording; the binding is made from what was really sent.
  const { masks } = judged.access.resource;
  const shown = wholeShownText(held.run.view, masks);
  const secret = hiddenParameters(judged.views, masks);
  // A write that ran already is in its own transaction at most until it is answered.
  const isInTransaction = held.counted === undefined ? more.inTransaction : conversation.status !== 'I';
  const holdMs = more.inTransaction ? 0 : conversation.holdMs;
  return {
    sessionId: session.id,
    seq: held.run.seq,
    agentId: session.identity.agent.agent.id,
    resourceId: session.target.record.resource.id,
    binding: more.binding,
    text: shown,
    canonicalText: services.parser.canonical(shown) ?? shown,
    parameters: held.bound.map((one, index) => (secret.has(index + 1) ? { ...one, value: hidden } : one)),
    databaseRole: state.role,
    searchPath: state.searchPath.join(', '),
    card: cardOf(judged, more.estimate, isInTransaction),
    factsDigest: held.run.view.kind.digest,
    policies: judged.decision.policies.map(({ id }) => id),
    groups: terms.groups,
    quorum: terms.quorum,
    ttlSeconds: terms.ttlSeconds,
    repeat: terms.repeat,
    holdUntil: new Date(services.clock.now().getTime() + holdMs),
    answer: answerIn(held.text),
  };
}

function waitingNotice(approval: ApprovalState, request: NewApproval): Buffer {
  const who = request.groups.length === 0 ? 'an approver' : request.groups.join(' and ');
  return report({
    severity: 'NOTICE',
    code: '00000',
    message: `[HELD] ticket ${approval.ticket}: ${request.card.verdict}. Waiting for ${who}.`,
  });
}

function words(approval: ApprovalState): string {
  const by = approval.decidedBy === null ? '' : ` by ${approval.decidedBy}`;
  const reason = approval.reason === null ? '' : `: ${approval.reason}`;
  if (approval.state === 'denied')
    return `${stopped(`[DENIED] ticket ${approval.ticket} was denied${by}${reason}`)} Do not work around.`;
  return `${stopped(`[DENIED] ticket ${approval.ticket} is ${approval.state}${reason}`)} Run it again to ask anew.`;
}

const cancelled: Refusal = {
  severity: 'ERROR',
  code: '57014',
  message: 'canceling statement due to user request',
};
