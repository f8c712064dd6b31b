import type { Role } from '#lib/auth/actor';

export interface SandboxPerson {
  readonly email: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly groups: readonly string[];
  /** What one can do as this person, for the sign-in page and the launcher. */
  readonly may: string;
}

/** The six people of the sandbox. They exist nowhere else. */
export const sandboxPeople: readonly SandboxPerson[] = [
  {
    email: 'ada@example.com',
    name: 'Ada',
    roles: ['admin'],
    groups: [],
    may: 'admin: grants, agents, policies; owns the three agents',
  },
  {
    email: 'barbara@example.com',
    name: 'Barbara',
    roles: ['approver'],
    groups: ['dba'],
    may: 'approver: answers held statements',
  },
  {
    email: 'alan@example.com',
    name: 'Alan',
    roles: ['approver'],
    groups: ['dba'],
    may: 'approver: answers held statements',
  },
  {
    email: 'grace@example.com',
    name: 'Grace',
    roles: ['owner'],
    groups: [],
    may: 'owner of the shop: reviews grants on it',
  },
  {
    email: 'edsger@example.com',
    name: 'Edsger',
    roles: [],
    groups: ['security'],
    may: 'security reviewer: reviews privileged grants',
  },
  {
    email: 'linus@example.com',
    name: 'Linus',
    roles: ['auditor'],
    groups: [],
    may: 'auditor: reads everything, signs reviews',
  },
];

export const sandboxAgents = ['migrator', 'reporter', 'triage'] as const;
