import type { Context } from '#lib/auth/context';
import { newId } from '#lib/core/ids';
import type { Tx } from '#lib/db/client';
import { notify } from '#lib/db/notify';
import { joining } from '#lib/db/transaction';
import { reduceGrant, revokeIn } from '#lib/grants/index';
import { appendEntry } from '#lib/ledger/append';
import type { Action } from '#lib/policies/model';
import { addBusinessDays } from './business-days.ts';
import { holidaySet } from './clock/holidays.ts';
import { liveGrantOf } from './live-grant.ts';
import type { GrantTermsView, RemovalProof, RemovalState } from './model.ts';
import { removalDays } from './rules.ts';
import { termsSentence } from './sentence.ts';
import type { LockedItem } from './standing.ts';

export type TakeAway =
  | { readonly choice: 'revoke'; readonly reason: string }
  | {
      readonly choice: 'reduce';
      readonly reason: string;
      readonly to: Pick<GrantTermsView, 'actions' | 'scope'>;
    };

/**
 * Carries a decision out at the gateway, in the decision's own transaction, and opens its removal:
 * requested, then accepted once the grant is changed. Imported grants stay requested until
 * a person confirms that their source took the order (`acceptRemoval`), or its connector carries it out.
 */
export async function takeAway(tx: Tx, context: Context, item: LockedItem, what: TakeAway): Promise<string> {
  const now = context.clock.now();
  const words = what.choice === 'revoke' ? 'revoke the grant' : `reduce it to ${termsSentence(what.to)}`;
  const proofs: RemovalProof[] = [
    {
      state: 'requested',
      at: now.toISOString(),
      sentence: `${context.actor.name} decided to ${words}.`,
      data: {},
    },
  ];
  const done = await carryOut(tx, context, item, what);
  if (done.proof) proofs.push({ state: 'accepted', at: now.toISOString(), ...done.proof });
  const state: RemovalState = done.proof ? 'accepted' : 'requested';
  const id = newId('removal', now);
  const days = item.privileged ? removalDays.privileged : removalDays.ordinary;
  await tx.removal.create({
    data: {
      id,
      itemId: item.id,
      grantId: done.grantId,
      newGrantId: done.newGrantId,
      state,
      dueAt: addBusinessDays(now, days, await holidaySet(tx)),
      proofs: proofs as unknown as object[],
      createdAt: now,
      updatedAt: now,
    },
  });
  await appendEntry(tx, {
    actor: context.actor,
    action: 'removal.advanced',
    subject: { kind: 'removal', id },
    summary: `Removal ${state}: ${item.sentence}`,
    payload: {
      itemId: item.id,
      grantId: done.grantId,
      newGrantId: done.newGrantId,
      state,
      proofs: proofs as never,
    },
    at: now,
  });
  return id;
}

interface CarriedOut {
  readonly grantId: string;
  readonly newGrantId: string | null;
  readonly proof: Pick<RemovalProof, 'sentence' | 'data'> | null;
}

async function carryOut(tx: Tx, context: Context, item: LockedItem, what: TakeAway): Promise<CarriedOut> {
  const live = await liveGrantOf(tx, item.grantId);
  const grantId = live?.id ?? item.grantId;
  if (live && live.state !== 'active') {
    const sentence = `The grant was ${live.state} already when this was decided.`;
    return { grantId, newGrantId: null, proof: { sentence, data: { grantState: live.state } } };
  }
  if (live?.source !== 'countersign') return { grantId, newGrantId: null, proof: null };
  if (what.choice === 'revoke') {
    const cutId = await revokeIn(tx, context, grantId, what.reason);
    await notify(tx, { kind: 'access-changed' });
    const sentence = 'The grant is revoked; live sessions that lean on it are being cut.';
    return { grantId, newGrantId: null, proof: { sentence, data: { cutId } } };
  }
  const { id } = await reduceGrant(joining(context, tx), {
    grantId,
    actions: what.to.actions as Action[],
    scope: [...what.to.scope],
    reason: what.reason,
  });
  const sentence = 'The smaller grant stands in its place; live sessions are decided by it from now on.';
  return { grantId, newGrantId: id, proof: { sentence, data: { newGrantId: id } } };
}
