import type { PersonActor, Role } from '#lib/auth/actor';
import type { Context } from '#lib/auth/context';
import { parseInput } from '#lib/core/input';
import type { Tx } from '#lib/db/client';
import { transaction } from '#lib/db/transaction';
import { appendEntry } from '#lib/ledger/append';
import { isRole, personActor } from './person-actor.ts';
import { email as emailInput, type SignIn, signIn } from './schema.ts';

/**
 * Who signs in: the account of this issuer and subject; else the account that an admin or a
 * declaration named by this e-mail, when the issuer says that it verified it and nobody has linked
 * it yet. Anybody else is a stranger: null, with a ledger entry.
 */
export async function personForSignIn(context: Context, input: SignIn): Promise<PersonActor | null> {
  const identity = parseInput(signIn, input);
  return transaction(context.db, async (tx) => {
    const personId = (await bySubject(tx, identity)) ?? (await byEmail(tx, identity));
    const before = personId === null ? null : await personActor({ db: tx }, personId);
    if (personId === null || before === null) {
      await refuse(tx, context, identity, personId);
      return null;
    }
    await tx.account.update({
      where: { issuer_subject: { issuer: identity.issuer, subject: identity.subject } },
      data: { lastSignInAt: context.clock.now() },
    });
    const changed = await takeRolesOfClaim(tx, personId, identity.claims);
    const person = changed ? await personActor({ db: tx }, personId) : before;
    await appendEntry(tx, {
      actor: person ?? before,
      action: 'person.signed-in',
      subject: { kind: 'person', id: personId },
      summary: `${before.name} signed in`,
      payload: { issuer: identity.issuer, roles: [...(person ?? before).roles] },
      at: context.clock.now(),
    });
    return person;
  });
}

async function bySubject(tx: Tx, { issuer, subject }: SignIn): Promise<string | null> {
  const account = await tx.account.findUnique({ where: { issuer_subject: { issuer, subject } } });
  return account?.personId ?? null;
}

/** Links once: an account that has a subject already is not taken over by a second one. */
async function byEmail(tx: Tx, { issuer, subject, email, emailVerified }: SignIn): Promise<string | null> {
  const parsed = emailInput.safeParse(email);
  if (!emailVerified || !parsed.success) return null;
  const linked = await tx.account.updateManyAndReturn({
    where: { email: parsed.data, issuer: null, subject: null },
    data: { issuer, subject },
  });
  return linked[0]?.personId ?? null;
}

/**
 * Roles that the identity provider names in the claim `roles`, in place of those it named before.
 * Roles from a declaration or the page stay. Returns whether anything changed.
 */
async function takeRolesOfClaim(
  tx: Tx,
  personId: string,
  claims: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  if (!Array.isArray(claims.roles)) return false;
  const named: Role[] = claims.roles.filter(isRole);
  const removed = await tx.personRole.deleteMany({
    where: { personId, source: 'claim', role: { notIn: named } },
  });
  const added = await tx.personRole.createMany({
    data: named.map((role) => ({ personId, role, source: 'claim' })),
    skipDuplicates: true,
  });
  return removed.count + added.count > 0;
}

function refuse(tx: Tx, context: Context, identity: SignIn, personId: string | null): Promise<string> {
  const minute = Math.floor(context.clock.now().getTime() / 60_000);
  return appendEntry(tx, {
    actor: context.actor,
    action: 'person.sign-in-refused',
    subject: { kind: 'account', id: identity.subject },
    summary: personId === null ? 'A stranger tried to sign in' : 'Somebody who has left tried to sign in',
    payload: { issuer: identity.issuer, subject: identity.subject, email: identity.email, personId },
    // One entry a minute for each identity: a stranger can't fill the ledger.
    dedupeKey: `sign-in-refused:${identity.issuer}:${identity.subject}:${minute}`,
    at: context.clock.now(),
  });
}
