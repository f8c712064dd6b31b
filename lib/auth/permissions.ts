import type { Role } from './actor.ts';

/**
 * What a role may do, as in the role matrix. `all` needs no more; `own` is met by the agent's or
 * resource's owner; `groups` by membership in a group that the request names; `assigned` by an
 * item's reviewer. Verbs pass the relation they have found; roles add up.
 */
export const permissions = {
  'session.list': { admin: 'all', approver: 'groups', auditor: 'all', owner: 'own', reviewer: 'assigned' },
  'recording.open': { admin: 'all', approver: 'groups', auditor: 'all', owner: 'own', reviewer: 'assigned' },
  'recording.delete': { admin: 'all' },
  'recording.hold': { admin: 'all', auditor: 'all' },
  'session.end': { admin: 'all', approver: 'groups', owner: 'own' },
  'agent.suspend': { admin: 'all', approver: 'groups', owner: 'own' },
  'approval.list': { admin: 'all', approver: 'all', auditor: 'all', owner: 'own' },
  'approval.decide': { admin: 'groups', approver: 'groups' },
  'access.read': { admin: 'all', approver: 'all', auditor: 'all', owner: 'own', reviewer: 'assigned' },
  'access.request': { admin: 'all', owner: 'own' },
  'access.change': { admin: 'all' },
  'campaign.read': {
    admin: 'all',
    auditor: 'all',
    owner: 'assigned',
    approver: 'assigned',
    reviewer: 'assigned',
  },
  'campaign.run': { admin: 'all', auditor: 'all' },
  'campaign.sign': { auditor: 'all' },
  'item.decide': { reviewer: 'assigned' },
  'ledger.read': { admin: 'all', auditor: 'all' },
  'evidence.export': { auditor: 'all' },
  'settings.read': { admin: 'all', auditor: 'all' },
} as const satisfies Record<string, Partial<Record<Role | 'reviewer', Relation>>>;

export type Relation = 'all' | 'own' | 'groups' | 'assigned';
export type Permission = keyof typeof permissions;
