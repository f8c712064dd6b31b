import type { ShortcutGroup } from '../ui/shortcut-help.tsx';

/** Second keys after `g`. */
export const goKeys: Readonly<Record<string, string>> = {
  o: 'overview',
  p: 'approvals',
  s: 'sessions',
  r: 'reviews',
  t: 'grants',
  l: 'ledger',
};

export const shortcutGroups: readonly ShortcutGroup[] = [
  {
    title: 'Anywhere',
    keys: [
      [['Ctrl', 'K'], 'Find or go to'],
      [['?'], 'This help'],
      [['g', 'o'], 'Overview'],
      [['g', 'p'], 'Approvals'],
      [['g', 's'], 'Sessions'],
      [['g', 'r'], 'Reviews'],
      [['g', 't'], 'Grants'],
      [['g', 'l'], 'Ledger'],
    ],
  },
  {
    title: 'Lists',
    keys: [
      [['j'], 'Next row'],
      [['k'], 'Previous row'],
      [['Enter'], 'Open the row'],
      [['x'], 'Select the row'],
      [['Esc'], 'Close the panel'],
    ],
  },
  {
    title: 'Approvals',
    keys: [
      [['a'], 'Approve (not where the risk is high)'],
      [['d'], 'Deny with a reason'],
    ],
  },
  {
    title: 'Reviews',
    keys: [
      [['1'], 'Approve'],
      [['2'], 'Reduce'],
      [['3'], 'Revoke'],
      [['4'], 'Don’t know'],
      [['Ctrl', 'Enter'], 'Record the decision'],
    ],
  },
  {
    title: 'Replay',
    keys: [
      [['p'], 'Play or pause'],
      [['n'], 'Next statement'],
      [['b'], 'Statement before'],
    ],
  },
];
