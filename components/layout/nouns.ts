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

/** Pages under a noun, for who looks for them by name. */
const further: readonly (Noun & { readonly permission: Permission })[] = [
  { key: 'sessions', label: 'Search statements', href: '/sessions/search', permission: 'session.list' },
  { key: 'approvals', label: 'Access requests', href: '/approvals/access', permission: 'approval.list' },
  { key: 'approvals', label: 'Approver health', href: '/approvals/health', permission: 'settings.read' },
  { key: 'approvals', label: 'Absence and stand-ins', href: '/approvals/away', permission: 'approval.list' },
  { key: 'reviews', label: 'Reviews by quarter', href: '/reviews/audit', permission: 'campaign.run' },
  { key: 'reviews', label: 'Recurring reviews', href: '/reviews/series', permission: 'campaign.run' },
  { key: 'reviews', label: 'Holidays', href: '/reviews/holidays', permission: 'campaign.read' },
  { key: 'grants', label: 'Stale grants', href: '/grants?view=stale', permission: 'access.read' },
  { key: 'grants', label: 'Unused permissions', href: '/grants/unused', permission: 'access.read' },
  { key: 'grants', label: 'Readings of other systems', href: '/grants/imports', permission: 'settings.read' },
];

/** The rail's nouns, in the order people use them: only what this person may see some of. */
export function nounsFor(actor: PersonActor): readonly Noun[] {
  return seen(all, actor);
}

/** Pages under the nouns: only what this person may see some of. */
export function furtherPagesFor(actor: PersonActor): readonly Noun[] {
  return seen(further, actor);
}

function seen(
  pages: readonly (Noun & { readonly permission: Permission | null })[],
  actor: PersonActor,
): readonly Noun[] {
  return pages
    .filter(({ permission }) => permission === null || relationsFor(actor, permission).size > 0)
    .map(({ key, label, href }) => ({ key, label, href }));
}
