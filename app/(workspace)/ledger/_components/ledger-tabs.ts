import type { TabLink } from '../../../../components/ui/tab-links.tsx';

/** The entries, and how long the recordings they speak of are kept. */
export function ledgerTabs(current: 'entries' | 'recordings'): readonly TabLink[] {
  return [
    { href: '/ledger', label: 'Entries', current: current === 'entries' },
    { href: '/ledger/recordings', label: 'Recordings kept', current: current === 'recordings' },
  ];
}
