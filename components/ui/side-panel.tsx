'use client';

import { X } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type ReactNode, useEffect, useRef } from 'react';
import { Link } from './link.tsx';

/**
 * Details beside a list: not modal, so the list keeps its scroll and its keys. On small screens it
 * covers the page. Escape goes to `closeHref` and back to the row.
 */
export function SidePanel({
  title,
  label,
  closeHref,
  actions,
  children,
  footer,
  openedBy,
}: {
  title: ReactNode;
  label: string;
  closeHref: string;
  actions?: ReactNode;
  children: ReactNode;
  /** Stays in sight below what scrolls. */
  footer?: ReactNode;
  /** Id of the row that it belongs to. */
  openedBy: string;
}) {
  const panel = useRef<HTMLElement>(null);
  const router = useRouter();
  useEffect(() => {
    if (window.matchMedia('(max-width: 1023px)').matches) panel.current?.focus();
    const hear = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      if (document.querySelector('[role="dialog"][data-state="open"], [role="menu"]')) return;
      document.querySelector<HTMLElement>(`[data-row="${CSS.escape(openedBy)}"] [data-row-link]`)?.focus();
      router.push(closeHref, { scroll: false });
    };
    document.addEventListener('keydown', hear);
    return () => document.removeEventListener('keydown', hear);
  }, [router, closeHref, openedBy]);
  return (
    <aside
      ref={panel}
      aria-label={label}
      tabIndex={-1}
      data-side-panel
      className="slide-in fixed inset-0 z-30 flex min-w-0 flex-col overflow-hidden bg-surface outline-none lg:top-(--banner,0px) lg:left-auto lg:w-(--panel) lg:border-l"
    >
      <header className="flex min-h-12 items-center justify-between gap-3 border-b px-4 py-2">
        <h2 className="min-w-0 flex-1 truncate font-semibold">{title}</h2>
        {actions}
        <Link
          href={closeHref}
          scroll={false}
          aria-label="Close panel"
          className="-mr-1.5 flex size-8 items-center justify-center rounded-md text-ink-soft hover:bg-hover hover:text-ink"
        >
          <X aria-hidden="true" className="size-4" />
        </Link>
      </header>
      <div className="min-h-0 flex-1 space-y-6 overflow-y-auto px-4 py-4">{children}</div>
      {footer ? (
        <div className="border-t bg-surface px-4 py-3 pb-[max(0.75rem,env(safe-area-inset-bottom))]">
          {footer}
        </div>
      ) : null}
    </aside>
  );
}

/** A list with, when something is open, its panel: the page makes room for it at the right. */
export function WithPanel({ children, panel }: { children: ReactNode; panel: ReactNode | null }) {
  return (
    <>
      <div className="space-y-3">{children}</div>
      {panel}
    </>
  );
}
