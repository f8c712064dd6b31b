'use client';

import { usePathname } from 'next/navigation';
import { classNames } from '../ui/class-names.ts';
import { Link } from '../ui/link.tsx';
import { NounIcon } from './noun-icon.tsx';
import type { Noun } from './nouns.ts';

export function isCurrent(pathname: string, href: string): boolean {
  return href === '/' ? pathname === '/' : pathname === href || pathname.startsWith(`${href}/`);
}

/** How many wait behind a noun, by its key. */
export type Waiting = Readonly<Partial<Record<string, number>>>;

/** The nouns, with the number that waits behind each. */
export function NavList({
  nouns,
  waiting,
  onNavigate,
}: {
  nouns: readonly Noun[];
  waiting: Waiting;
  onNavigate?: () => void;
}) {
  const pathname = usePathname();
  return (
    <ul className="space-y-px">
      {nouns.map((noun) => {
        const current = isCurrent(pathname, noun.href);
        return (
          <li key={noun.key}>
            <Link
              href={noun.href}
              {...(onNavigate ? { onClick: onNavigate } : {})}
              aria-current={current ? 'page' : undefined}
              className={classNames(
                'flex h-8 items-center gap-2.5 rounded-md px-2 text-sm -outline-offset-1',
                current ? 'bg-hover font-medium text-ink' : 'text-ink-soft hover:bg-hover hover:text-ink',
              )}
            >
              <NounIcon
                noun={noun.key}
                className={current ? 'size-4 text-accent' : 'size-4 text-ink-faint'}
              />
              <span className="flex-1">{noun.label}</span>
              <WaitingCount count={waiting[noun.key] ?? 0} />
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

export function WaitingCount({ count }: { count: number }) {
  if (count === 0) return null;
  return (
    <span className="rounded bg-pending-wash px-1.5 text-xs font-medium text-pending tabular">
      {count}
      <span className="sr-only"> waiting</span>
    </span>
  );
}
