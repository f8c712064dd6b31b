import { createHash } from 'node:crypto';
import type { PersonActor } from '#lib/auth/actor';
import type { Context } from '#lib/auth/context';
import { requirePermission } from '#lib/auth/require-permission';
import { conflict, forbidden, invalid } from '#lib/core/errors';
import { newId } from '#lib/core/ids';
import type { Tx } from '#lib/db/client';
import { notify } from '#lib/db/notify';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { personActor } from '#lib/people/index';
import { consentToDeclaration, type Proposed, recordAlone } from '#lib/proposals/index';
import { planAgents, planIssuers } from './plan-agents.ts';
import { planGrants } from './plan-grants.ts';
import { type DeclarationInput, type Plan, Planning } from './plan-model.ts';
import { isAdmin, planGroups, planPeople } from './plan-people.ts';
import { planPolicies } from './plan-policies.ts';
import { planMasks, planResources } from './plan-resources.ts';
import { refused } from './read-declaration.ts';

/** Two runs at once would each undo what the other makes. */
const lockKey = 726_570_001;

/** Who runs `apply`: whoever holds the database's login. Acts as an admin, named or the file's first. */
export interface Applying {
  readonly input: DeclarationInput;
  /** E-mail of the admin to act as; null: the first admin that the file names. */
  readonly as: string | null;
  /** Changes of people, roles and masks ask no second admin; said in the ledger with this reason. */
  readonly alone?: { readonly reason: string } | undefined;
  readonly sandbox?: boolean;
}

/** What applying would change; changes nothing. Throws `invalid` with the place of every fault. */
export async function planDeclaration(context: Omit<Context, 'actor'>, applying: Applying): Promise<Plan> {
  return transaction(context.db, async (tx) => {
    const { firstAdminId } = await actingAs(tx, applying);
    return (await compare(tx, context, applying.input, firstAdminId)).plan();
  });
}

/**
 * Makes the control database agree with the file, in one transaction: all of it or nothing.
 * `shown` is the plan that was printed; when it no longer holds, `conflict` and nothing changes.
 * A plan that changes people, roles or masks is `proposed` until a second admin consented to it.
 */
export async function applyDeclaration(
  context: Omit<Context, 'actor'>,
  applying: Applying,
  shown: Plan,
): Promise<Proposed> {
  return transaction(context.db, async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${lockKey})`;
    const { actor, firstAdminId } = await actingAs(tx, applying);
    requirePermission(actor, 'access.change');
    const planning = await compare(tx, context, applying.input, firstAdminId);
    const plan = planning.plan();
    const bound = (one: Plan) => JSON.stringify([one.changes, one.effects]);
    if (bound(plan) !== bound(shown)) {
      throw conflict('Something changed since the plan was made. Run it again.');
    }
    if (plan.changes.length === 0) return { state: 'done' };
    const acting = { ...context, actor };
    const consent = await askSecondAdmin(tx, acting, applying, plan);
    if (consent.state === 'proposed') return consent;
    for (const step of [...planning.steps, ...planning.ends]) await step.run(tx, acting);
    await record(tx, acting, applying.input, plan);
    await notify(tx, { kind: 'access-changed' });
    return consent;
  });
}

/** Who need not ask: the sandbox, the first of two admins, and who says why it must be done alone. */
async function askSecondAdmin(
  tx: Tx,
  context: Omit<Context, 'actor'> & { readonly actor: PersonActor },
  { input, alone, sandbox }: Applying,
  { changes, effects, concerns }: Plan,
): Promise<Proposed> {
  if (effects.length === 0) return { state: 'done' };
  const file = input.file.name;
  const why = sandbox
    ? 'the sandbox asks none'
    : (await admins(tx)) < 2
      ? 'there is none yet'
      : (alone?.reason ?? null);
  if (why === null) {
    const declared = { file, textDigest: digestOfText(input), effects, concerns };
    return consentToDeclaration(tx, context, { ...declared, changes: changes.map((one) => ({ ...one })) });
  }
  await recordAlone(tx, context, { file, effects, why });
  return { state: 'done' };
}

function admins(tx: Tx): Promise<number> {
  return tx.personRole.count({ where: { role: 'admin', person: { leftAt: null } } });
}

function digestOfText({ file }: DeclarationInput): string {
  return createHash('sha256').update(file.text, 'utf8').digest('hex');
}

async function compare(
  tx: Tx,
  { clock }: Omit<Context, 'actor'>,
  input: DeclarationInput,
  firstAdminId: string | null,
): Promise<Planning> {
  const planning = new Planning(input);
  await planGroups(tx, planning);
  await planPeople(tx, planning, firstAdminId);
  await planIssuers(tx, planning);
  await planAgents(tx, planning);
  await planResources(tx, planning);
  await planMasks(tx, planning);
  await planGrants(tx, planning, clock.now());
  await planPolicies(tx, planning);
  if (planning.faults.length > 0) throw refused(input.file.name, planning.faults);
  return planning;
}

/** The first run finds no admin: the file's first one is made, and everything is done in that name. */
async function actingAs(
  tx: Tx,
  { input, as }: Applying,
): Promise<{ actor: PersonActor; firstAdminId: string | null }> {
  const declared = input.file.declaration.people.find(isAdmin);
  if ((await admins(tx)) === 0) {
    if (declared === undefined) {
      throw invalid('There is no admin yet. Name one in the file: people: [{ email: …, roles: [admin] }].');
    }
    if (as !== null && as.toLowerCase() !== declared.email) {
      throw forbidden(`The first run acts as the file's first admin, ${declared.email}.`);
    }
    const id = newId('person');
    const name = declared.name ?? declared.email;
    const { email, roles } = declared;
    return { actor: { kind: 'person', id, name, email, roles, groupIds: [] }, firstAdminId: id };
  }
  const email = as?.toLowerCase() ?? declared?.email;
  if (email === undefined) throw invalid('Say as which admin: --as EMAIL.');
  const account = await tx.account.findUnique({ where: { email }, select: { personId: true } });
  const actor = account && (await personActor({ db: tx }, account.personId));
  if (!actor?.roles.includes('admin')) throw forbidden(`${email} is no admin here. Say another: --as EMAIL.`);
  return { actor: { ...actor, email }, firstAdminId: null };
}

async function record(tx: Tx, { actor, clock }: Context, input: DeclarationInput, plan: Plan): Promise<void> {
  const id = newId('declaration', clock.now());
  const digest = digestOfText(input);
  const changes = plan.changes.map(({ operation, kind, name, note }) => ({ operation, kind, name, note }));
  const appliedById = actor.kind === 'person' ? actor.id : '';
  await tx.declaration.create({ data: { id, digest, appliedById, changes, at: clock.now() } });
  await appendEntry(tx, {
    actor,
    action: 'declaration.applied',
    subject: { kind: 'declaration', id },
    summary: `${actor.name} applied ${input.file.name}: ${changes.length} changes`,
    payload: { digest, file: input.file.name, changes },
    at: clock.now(),
  });
}
