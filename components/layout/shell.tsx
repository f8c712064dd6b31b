'use client';

import { MenuIcon, Search } from 'lucide-react';
import { usePathname, useRouter } from 'next/navigation';
import { type ReactNode, useState } from 'react';
import { classNames } from '../ui/class-names.ts';
import { Drawer } from '../ui/drawer.tsx';
import { Kbd } from '../ui/kbd.tsx';
import { Link } from '../ui/link.tsx';
import { ShortcutHelp } from '../ui/shortcut-help.tsx';
import { GoTo } from './go-to.tsx';
import { shortcutGroups } from './keys.ts';
import { Mark } from './mark.tsx';
import { isCurrent, NavList, type Waiting, WaitingCount } from './nav-list.tsx';
import { NounIcon } from './noun-icon.tsx';
import type { Noun } from './nouns.ts';
import { useGoKeys } from './use-go-keys.ts';

/** The frame of every page: rail on wide screens, bottom bar and drawer on small ones. */
export function Shell({
  nouns,
  further,
  waiting,
  banner,
  userMenu,
  children,
}: {
  nouns: readonly Noun[];
  /** Pages under the nouns, found by name only. */
  further: readonly Noun[];
  waiting: Waiting;
  banner: ReactNode;
  userMenu: ReactNode;
  children: ReactNode;
}) {
  const [searching, setSearching] = useState(false);
  const router = useRouter();
  useGoKeys(nouns, (href) => router.push(href));
  return (
    <>
      <a
        href="#content"
        className="fixed top-2 left-2 z-50 -translate-y-16 rounded-md bg-accent px-3 py-1.5 text-sm text-on-accent focus:translate-y-0"
      >
        Skip to content
      </a>
      {banner}
      <div
        className={classNames(
          'md:grid md:grid-cols-[13.5rem_minmax(0,1fr)] [--panel:clamp(25rem,40vw,37rem)]',
          banner && 'md:[--banner:2rem] md:[--list-top:2rem]',
        )}
      >
        <aside className="sticky top-(--banner,0px) hidden h-[calc(100dvh-var(--banner,0px))] flex-col border-r bg-surface md:flex">
          <div className="flex h-13 items-center gap-2 px-4">
            <Mark className="size-5.5" />
            <span className="font-semibold tracking-tight">Countersign</span>
          </div>
          <div className="px-2 pb-2">
            <button
              type="button"
              onClick={() => setSearching(true)}
              className="flex h-8 w-full items-center gap-2 rounded-md border bg-canvas px-2 text-sm text-ink-faint hover:text-ink"
            >
              <Search aria-hidden="true" className="size-3.5" />
              <span className="flex-1 text-left">Find</span>
              <Kbd hidden>Ctrl K</Kbd>
            </button>
          </div>
          <nav aria-label="Main" className="min-h-0 flex-1 overflow-y-auto px-2 py-1">
            <NavList nouns={nouns} waiting={waiting} />
          </nav>
          <div className="border-t p-2">{userMenu}</div>
        </aside>
        <main
          id="content"
          tabIndex={-1}
          className="min-w-0 px-4 pt-5 pb-24 outline-none sm:px-6 md:pb-10 lg:px-8 lg:has-[[data-side-panel]]:pr-[calc(var(--panel)+1.5rem)]"
        >
          {children}
        </main>
      </div>
      <BottomBar nouns={nouns} waiting={waiting} userMenu={userMenu} />
      <GoTo nouns={nouns} further={further} open={searching} onOpenChange={setSearching} />
      <ShortcutHelp groups={shortcutGroups} />
    </>
  );
}

const barMax = 4;

function BottomBar({
  nouns,
  waiting,
  userMenu,
}: {
  nouns: readonly Noun[];
  waiting: Waiting;
  userMenu: ReactNode;
}) {
  const pathname = usePathname();
  const [open, setOpen] = useState(false);
  const itemClasses =
    'relative flex h-14 flex-1 flex-col items-center justify-center gap-0.5 text-2xs -outline-offset-2';
  return (
    <nav
      aria-label="Main, small screen"
      className="fixed inset-x-0 bottom-0 z-20 flex border-t bg-surface pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {nouns.slice(0, barMax).map((noun) => {
        const current = isCurrent(pathname, noun.href);
        return (
          <Link
            key={noun.key}
            href={noun.href}
            aria-current={current ? 'page' : undefined}
            className={classNames(itemClasses, current ? 'font-medium text-accent' : 'text-ink-soft')}
          >
            <NounIcon noun={noun.key} className="size-5" />
            {noun.label}
            <span className="absolute top-1 left-1/2 ml-2">
              <WaitingCount count={waiting[noun.key] ?? 0} />
            </span>
          </Link>
        );
      })}
      <Drawer
        title="All pages"
        open={open}
        onOpenChange={setOpen}
        trigger={
          <button type="button" className={classNames(itemClasses, 'text-ink-soft')}>
            <MenuIcon aria-hidden="true" className="size-5" />
            More
          </button>
        }
      >
        <div className="flex h-13 shrink-0 items-center gap-2 px-4">
          <Mark className="size-5.5" />
          <span className="font-semibold tracking-tight">Countersign</span>
        </div>
        <nav aria-label="All pages" className="flex-1 px-2">
          <NavList nouns={nouns} waiting={waiting} onNavigate={() => setOpen(false)} />
        </nav>
        <div className="border-t p-2">{userMenu}</div>
      </Drawer>
    </nav>
  );
}
