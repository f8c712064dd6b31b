import type { TabLink } from '../../../../components/ui/tab-links.tsx';

/** Sessions, and the search over their statements. */
export function sessionTabs(current: 'sessions' | 'search'): readonly TabLink[] {
  return [
    { href: '/sessions', label: 'Sessions', current: current === 'sessions' },
    { href: '/sessions/search', label: 'Statements', current: current === 'search' },
  ];
}
