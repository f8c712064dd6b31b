import { cookies, headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { getToken } from 'next-auth/jwt';
import { cache } from 'react';
import type { PersonActor } from '#lib/auth/actor';
import type { Context } from '#lib/auth/context';
import { systemClock } from '#lib/core/clock';
import { CountersignError } from '#lib/core/errors';
import { personActor } from '#lib/people/index';
import { database } from './database.ts';
import { environment } from './environment.ts';

export interface PersonContext extends Context {
  readonly actor: PersonActor;
}

/** How lately a person must have signed in for what asks them to sign in again. */
export const freshSignInMs = 5 * 60 * 1000;

const session = cache(async () => {
  const jar = await cookies();
  const { sessionSecret, url } = environment();
  const request = {
    headers: new Headers(),
    cookies: Object.fromEntries(jar.getAll().map(({ name, value }) => [name, value])),
  };
  return await getToken({
    // getToken reads cookies and headers of a request; a page has no request object of its own.
    req: request as unknown as Parameters<typeof getToken>[0]['req'],
    secret: sessionSecret,
    secureCookie: url.startsWith('https:'),
  });
});

/** Who is signed in, with today's roles; null: nobody, or somebody who has left. */
export const currentActor = cache(async (): Promise<PersonActor | null> => {
  const token = await session();
  if (!token?.sub) return null;
  return await personActor({ db: database() }, token.sub);
});

/** For pages: the context of who is signed in, or the sign-in page. */
export async function requireContext(): Promise<PersonContext> {
  const actor = await currentActor();
  if (!actor) {
    const path = (await headers()).get('x-countersign-path') ?? '/';
    redirect(`/sign-in?callbackUrl=${encodeURIComponent(path)}`);
  }
  return contextOf(actor);
}

/** For actions and routes: the same, but throws `unauthenticated`. */
export async function actionContext(): Promise<PersonContext> {
  const actor = await currentActor();
  if (!actor) throw new CountersignError('unauthenticated', 'You are not signed in any more. Sign in again.');
  return contextOf(actor);
}

/** When the person last proved who they are, as the issuer says; null: it does not say. */
export async function signedInAt(): Promise<Date | null> {
  const token = await session();
  return typeof token?.authTime === 'number' ? new Date(token.authTime * 1000) : null;
}

export async function signedInFreshly(): Promise<boolean> {
  const at = await signedInAt();
  return at !== null && Date.now() - at.getTime() < freshSignInMs;
}

function contextOf(actor: PersonActor): PersonContext {
  const alone = environment().sandbox ? { secondAdmin: 'sandbox' as const } : {};
  return { db: database(), actor, clock: systemClock, ...alone };
}
