import type { PersonActor } from '#lib/auth/actor';
import type { Permission } from '#lib/auth/permissions';
import { relationsFor } from '#lib/auth/require-permission';

export interface Noun {
  readonly key: string;
  readonly label: string;
  readonly href: string;
}

const all: readonly (Noun & { readonly permission: Permission | null })[] = [
  { key: 'overview', label: 'Overview', href: '/', permission: null },
  { key: 'approvals', label: 'Approvals', href: '/approvals', permission: 'approval.list' },
  { key: 'sessions', label: 'Sessions', href: '/sessions', permission: 'session.list' },
  { key: 'reviews', label: 'Reviews', href: '/reviews', permission: 'campaign.read' },
  { key: 'grants', label: 'Grants', href: '/grants', permission: 'access.read' },
  { key: 'agents', label: 'Agents', href: '/agents', permission: 'access.read' },
  { key: 'resources', label: 'Resources', href: '/resources', permission: 'access.read' },
  { key: 'policies', label: 'Policies', href: '/policies', permission: 'access.read' },
  { key: 'ledger', label: 'Ledger', href: '/ledger', permission: 'ledger.read' },
  { key: 'settings', label: 'Settings', href: '/settings', permission: 'settings.read' },
];

/** The rail's nouns, in the order people use them: only what this person may see some of. */
export function nounsFor(actor: PersonActor): readonly Noun[] {
  return all
    .filter(({ permission }) => permission === null || relationsFor(actor, permission).size > 0)
    .map(({ key, label, href }) => ({ key, label, href }));
}
