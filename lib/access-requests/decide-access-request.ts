import type { Context } from '#lib/auth/context';
import { requirePerson } from '#lib/auth/require-kind';
import { relationsFor } from '#lib/auth/require-permission';
import { conflict, forbidden, invalid, notFound } from '#lib/core/errors';
import { parseInput } from '#lib/core/input';
import type { Tx } from '#lib/db/client';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { insertGrant, scopeWithin } from '#lib/grants/index';
import { grantActions } from '#lib/grants/schema';
import { appendEntry } from '#lib/ledger/append';
import { whyNotDecide } from './deciders.ts';
import { expiresAt } from './expiry.ts';
import { type AccessDecision, accessDecision } from './schema.ts';

/**
 * Approves, as asked or narrower: a grant comes of it that names the request, with the person who
 * approved as its creator. Or denies, with a reason that the agent reads. Once, by somebody independent.
 */
export async function decideAccessRequest(
  context: Context,
  input: AccessDecision,
): Promise<{ readonly grantId: string | null }> {
  const decision = parseInput(accessDecision, input);
  const { clock } = context;
  const actor = requirePerson(context.actor);
  if (relationsFor(actor, 'approval.decide').size === 0) throw forbidden('You may not decide requests.');
  const now = clock.now();
  return transaction(context.db, async (tx) => {
    const { requestId, answer } = decision;
    const asked = await lockedRequest(tx, requestId);
    const why = await whyNotDecide(tx, actor, asked);
    if (why !== null) throw forbidden(why);
    if (asked.state !== 'pending') throw conflict(`The request is ${asked.state} already.`);
    if (expiresAt(asked.createdAt) <= now)
      throw conflict('The request has expired; it has to be asked anew.');
    const state = answer === 'approve' ? 'approved' : 'denied';
    const { count } = await tx.accessRequest.updateMany({
      where: { id: requestId, state: 'pending' },
      data: { state, decidedById: actor.id, decisionReason: decision.reason ?? null, decidedAt: now },
    });
    if (count === 0) throw conflict('The request was decided meanwhile.');
    const terms = decision.answer === 'approve' ? termsOf(asked, decision.narrower ?? {}, now) : null;
    await appendEntry(tx, {
      actor,
      action: 'access-request.decided',
      subject: { kind: 'access-request', id: requestId },
      summary: `${actor.name} ${state} ${asked.actions.join(', ')} on ${asked.resource} for ${asked.agent.name}`,
      payload: {
        answer,
        reason: decision.reason ?? null,
        ...(terms ? { actions: terms.actions, scope: terms.scope, endsAt: terms.endsAt.toISOString() } : {}),
      },
      at: now,
    });
    const grantId =
      terms === null
        ? null
        : await insertGrant(tx, context, {
            agentId: asked.agentId,
            resourceId: asked.resourceId,
            reason: asked.reason,
            requestId,
            managedBy: 'request',
            ...terms,
          });
    if (grantId !== null) await notify(tx, { kind: 'access-changed' });
    await notify(tx, { kind: 'access-request', id: requestId, state });
    return { grantId };
  });
}

/** Answers to one request come one after the other. */
async function lockedRequest(tx: Tx, id: string) {
  await tx.$queryRaw`SELECT 1 FROM access_request WHERE id = ${id} FOR UPDATE`;
  const asked = await tx.accessRequest.findUnique({ where: { id } });
  const agent = await tx.agent.findUnique({ where: { id: asked?.agentId ?? '' } });
  const resource = await tx.resource.findUnique({ where: { id: asked?.resourceId ?? '' } });
  if (asked === null || agent === null || resource === null) throw notFound('There is no such request.');
  if (agent.state !== 'active' && asked.state === 'pending') {
    throw conflict(`${agent.name} is ${agent.state} now; its requests are not decided.`);
  }
  return { ...asked, agent, resource: resource.name };
}

type Narrower = NonNullable<
  Extract<ReturnType<typeof accessDecision.parse>, { answer: 'approve' }>['narrower']
>;

function termsOf(
  asked: { readonly actions: readonly string[]; readonly scope: string[]; readonly durationSeconds: number },
  narrower: Narrower,
  now: Date,
) {
  const actions = grantActions.parse(narrower.actions ?? asked.actions);
  const scope = narrower.scope ?? asked.scope;
  const seconds = narrower.durationSeconds ?? asked.durationSeconds;
  const wider = actions.some((action) => !asked.actions.includes(action)) || !scopeWithin(scope, asked.scope);
  if (wider || seconds > asked.durationSeconds) {
    throw invalid('That is more than was asked for; an approval can only be narrower.');
  }
  return { actions, scope, endsAt: new Date(now.getTime() + seconds * 1000) };
}
