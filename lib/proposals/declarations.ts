import type { PersonActor } from '#lib/auth/actor';
import type { Context } from '#lib/auth/context';
import { digestOf, type Json } from '#lib/core/canonical-json';
import type { Tx } from '#lib/db/client';
import { notify } from '#lib/db/notify';
import { appendEntry } from '#lib/ledger/append';
import { insertProposal } from './insert-proposal.ts';
import type { Effect, Proposed } from './model.ts';

/** What a declaration file would do, as its plan says it. */
export interface DeclaredChanges {
  readonly file: string;
  /** SHA-256 of the file's text. */
  readonly textDigest: string;
  /** The whole plan. */
  readonly changes: Json;
  /** Of people, roles and masks: what the second admin is shown. */
  readonly effects: readonly Effect[];
  /** Persons whose roles or groups change. */
  readonly concerns: readonly string[];
}

/**
 * For `countersign apply`, in its transaction: uses up the consent to exactly this file and plan, once;
 * without one, proposes it, or finds the proposal that waits already. Only `done` may be made.
 */
export async function consentToDeclaration(
  tx: Tx,
  context: Context & { readonly actor: PersonActor },
  declared: DeclaredChanges,
): Promise<Proposed> {
  const { file, textDigest, changes, effects, concerns } = declared;
  const standing = digestOf({ textDigest, changes });
  const now = context.clock.now();
  const proposedById = context.actor.id;
  const same = { kind: 'declaration', standing, proposedById, expiresAt: { gt: now } };
  const byAnother = { state: 'consented', decidedById: { notIn: [...concerns] } };
  const [agreed] = await tx.proposal.findMany({ where: { ...same, ...byAnother }, take: 1 });
  if (agreed) {
    const { count } = await tx.proposal.updateMany({
      where: { id: agreed.id, state: 'consented' },
      data: { state: 'done', doneAt: now },
    });
    if (count === 1) {
      await notify(tx, { kind: 'proposal', id: agreed.id, state: 'done' });
      return { state: 'done' };
    }
  }
  const waiting = await tx.proposal.findFirst({ where: { ...same, state: 'pending' }, select: { id: true } });
  if (waiting) return { state: 'proposed', proposalId: waiting.id };
  const proposalId = await insertProposal(tx, context, {
    kind: 'declaration',
    subject: { kind: 'declaration', id: textDigest.slice(0, 16) },
    title: `Apply ${file}`,
    effects,
    concerns,
    input: { textDigest, changes },
    standing,
    reason: null,
  });
  return { state: 'proposed', proposalId };
}

/** Says loudly that nobody else was asked, and why. */
export async function recordAlone(
  tx: Tx,
  { actor, clock }: Context,
  { file, effects, why }: Pick<DeclaredChanges, 'file' | 'effects'> & { readonly why: string },
): Promise<void> {
  await appendEntry(tx, {
    actor,
    action: 'proposal.not-asked',
    subject: { kind: 'person', id: actor.kind === 'person' ? actor.id : actor.name },
    summary: `${actor.name} applied ${file} without a second admin: ${why}`,
    payload: { why, effects: effects.map((effect) => ({ ...effect })) },
    at: clock.now(),
  });
}
