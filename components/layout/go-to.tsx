'use client';

import { Bot, ClipboardCheck, Database, KeyRound, ShieldQuestion, SquareTerminal } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type CommandEntry, CommandMenu } from '../ui/command.tsx';
import { NounIcon } from './noun-icon.tsx';
import type { Noun } from './nouns.ts';

const idTargets = [
  {
    pattern: /^ses_[0-9a-z]{26}$/,
    noun: 'session',
    icon: SquareTerminal,
    href: (id: string) => `/sessions/${id}`,
  },
  {
    pattern: /^apr_[0-9a-z]{26}$/,
    noun: 'approval',
    icon: ShieldQuestion,
    href: (id: string) => `/approvals/${id}`,
  },
  {
    pattern: /^gnt_[0-9a-z]{26}$/,
    noun: 'grant',
    icon: KeyRound,
    href: (id: string) => `/grants?open=${id}`,
  },
  {
    pattern: /^cmp_[0-9a-z]{26}$/,
    noun: 'review',
    icon: ClipboardCheck,
    href: (id: string) => `/reviews/${id}`,
  },
  { pattern: /^agt_[0-9a-z]{26}$/, noun: 'agent', icon: Bot, href: (id: string) => `/agents?open=${id}` },
  {
    pattern: /^res_[0-9a-z]{26}$/,
    noun: 'resource',
    icon: Database,
    href: (id: string) => `/resources?open=${id}`,
  },
] as const;

/** Ctrl-K: the pages, and anything whose id is pasted or whose statement is searched. */
export function GoTo({
  nouns,
  further,
  open,
  onOpenChange,
}: {
  nouns: readonly Noun[];
  further: readonly Noun[];
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const router = useRouter();
  const entries = [...nouns, ...further].map<CommandEntry>((noun) => ({
    id: noun.href,
    label: noun.label,
    group: 'Go to',
    icon: <NounIcon noun={noun.key} />,
    run: () => router.push(noun.href),
  }));
  const typed = (text: string): CommandEntry[] => {
    const target = idTargets.find(({ pattern }) => pattern.test(text));
    if (target) {
      const Icon = target.icon;
      return [
        {
          id: text,
          label: `Open ${target.noun} ${text}`,
          group: 'By id',
          icon: <Icon aria-hidden="true" />,
          run: () => router.push(target.href(text)),
        },
      ];
    }
    if (text.length < 3 || !nouns.some(({ key }) => key === 'sessions')) return [];
    return [
      {
        id: `search-${text}`,
        label: `Search statements for “${text}”`,
        group: 'Search',
        icon: <SquareTerminal aria-hidden="true" />,
        run: () => router.push(`/sessions/search?text=${encodeURIComponent(text)}`),
      },
    ];
  };
  return <CommandMenu entries={entries} typed={typed} open={open} onOpenChange={onOpenChange} />;
}
