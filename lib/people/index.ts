import type { PersonActor } from '#lib/auth/actor';
import type { Context } from '#lib/auth/context';
import type { GroupRow, PersonRow } from './model.ts';
import type { GroupChange, NewGroup, NewPerson, PersonChange, SignIn } from './schema.ts';

export type * from './model.ts';
export type { GroupChange, NewGroup, NewPerson, PersonChange, SignIn } from './schema.ts';

/** settings.read */
export declare function listPeople(context: Context): Promise<readonly PersonRow[]>;
/** settings.read */
export declare function listGroups(context: Context): Promise<readonly GroupRow[]>;
/** access.change */
export declare function createPerson(context: Context, input: NewPerson): Promise<{ id: string }>;
/** access.change: name, roles, groups, left. Nobody takes their own last admin role. */
export declare function changePerson(context: Context, input: PersonChange): Promise<void>;
/** access.change */
export declare function createGroup(context: Context, input: NewGroup): Promise<{ id: string }>;
/** access.change: members, persons and agents. */
export declare function changeGroup(context: Context, input: GroupChange): Promise<void>;
/**
 * next-auth's sign-in: the person of this issuer and subject, else the one whose verified e-mail an
 * admin or a declaration named. Null: a stranger (there is a ledger entry); show "ask an admin".
 */
export declare function personForSignIn(context: Context, signIn: SignIn): Promise<PersonActor | null>;
/** The person as an actor with today's roles and groups, on every request; null: left or unknown. */
export declare function personActor(
  context: Pick<Context, 'db'>,
  personId: string,
): Promise<PersonActor | null>;
