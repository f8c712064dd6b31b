import type { Actor, PersonActor } from '#lib/auth/actor';
import { reasonCharsMax } from '#lib/core/limits';
import type { ApprovalCard, ApprovalStateName, InvolvedPerson } from './model.ts';

/** What must be known of a request to say who may answer it. */
export interface Question extends AskedGroups {
  readonly state: ApprovalStateName;
  readonly expiresAt: Date;
  readonly involved: readonly InvolvedPerson[];
  readonly answeredBy: readonly string[];
}

/** The groups that may answer: those that the rule names, else the resource's own. */
export interface AskedGroups {
  readonly groups: readonly string[];
  readonly resourceGroups: readonly string[];
}

/** Membership in a group that may answer; where neither rule nor resource names one, any approver. */
export function inGroups(actor: PersonActor, asked: AskedGroups, memberOf: readonly string[]): boolean {
  const groups = groupsAsked(asked);
  if (groups.length === 0) return actor.roles.includes('approver');
  return groups.some((group) => memberOf.includes(group));
}

function groupsAsked({ groups, resourceGroups }: AskedGroups): readonly string[] {
  return groups.length > 0 ? groups : resourceGroups;
}

/** Why this person can't decide it by invariant 6, or null. Persons are compared, never accounts. */
export function notIndependent(personId: string, involved: readonly InvolvedPerson[]): string | null {
  const own = involved.filter((one) => one.person.id === personId);
  if (own.length === 0) return null;
  const as = [...new Set(own.map((one) => words[one.as]))].join(' and ');
  return `You are ${as}: somebody independent has to decide this.`;
}

const words: Record<InvolvedPerson['as'], string> = {
  'agent owner': "the agent's owner",
  'agent sponsor': "the agent's sponsor",
  'grant creator': 'the creator of a grant that it uses',
  requester: 'the person who asked for this access',
  'named in the session': "the person named in the session's token",
};

const settled: Record<Exclude<ApprovalStateName, 'pending'>, string> = {
  approved: 'It was approved already.',
  denied: 'It was denied already.',
  expired: 'Its time is over; the agent has to send the statement again.',
  used: 'It was approved and the statement ran.',
  cancelled: 'It was withdrawn: nobody waits for it any more.',
};

export function whySettled(state: ApprovalStateName, expiresAt: Date, now: Date): string | null {
  if (state !== 'pending') return settled[state];
  return expiresAt <= now ? settled.expired : null;
}

/** Why the actor can't answer, as the page shows it; null: may answer. */
export function whyBlocked(
  actor: Actor,
  memberOf: readonly string[],
  question: Question,
  now: Date,
): string | null {
  const over = whySettled(question.state, question.expiresAt, now);
  if (over !== null) return over;
  if (actor.kind !== 'person') return 'Only a person can decide this.';
  if (!actor.roles.includes('approver') && !actor.roles.includes('admin')) {
    return 'You are not an approver.';
  }
  if (!inGroups(actor, question, memberOf)) {
    const groups = groupsAsked(question);
    return groups.length === 0
      ? 'You are not an approver.'
      : `Only members of ${groups.join(', ')} decide this.`;
  }
  const own = notIndependent(actor.id, question.involved);
  if (own !== null) return own;
  return question.answeredBy.includes(actor.id) ? 'You answered already; others have to as well.' : null;
}

/** Who approves what is high risk has proven who they are within this time. */
const signedInMsMax = 5 * 60 * 1000;

/** Structure, administration and egress in production, and changes of rows there without a WHERE. */
export function isHighRisk(card: ApprovalCard, environment: string): boolean {
  if (environment !== 'production') return false;
  const has = (action: string) => card.actions.includes(action);
  return has('schema') || has('admin') || has('egress') || (has('write') && card.hasWhere === false);
}

export function isFresh(signedInAt: Date | undefined, now: Date): boolean {
  const age = signedInAt ? now.getTime() - signedInAt.getTime() : -1;
  return age >= 0 && age <= signedInMsMax;
}

/** Persons that must approve: the quorum, and at least one for each named group. */
export function personsNeeded(quorum: number, groups: readonly string[]): number {
  return Math.max(quorum, groups.length);
}

/** True when enough persons approved and every named group is among them. */
export function quorumReached(
  quorum: number,
  groups: readonly string[],
  approvers: readonly { readonly memberOf: readonly string[] }[],
): boolean {
  if (approvers.length < personsNeeded(quorum, groups)) return false;
  return groups.every((group) => approvers.some((one) => one.memberOf.includes(group)));
}

/** A comment in front of the message: what is asked stays the same statement. */
const answerComment = /^\s*\/\*\s*answer:\s*([^*]+?)\s*\*\//i;

/** What the agent answers to a question, from the message as it sent it; null: nothing. */
export function answerIn(message: string): string | null {
  return answerComment.exec(message)?.[1]?.slice(0, reasonCharsMax) ?? null;
}
