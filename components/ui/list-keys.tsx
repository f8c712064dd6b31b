'use client';

import { type MouseEvent, type ReactNode, useRef } from 'react';
import { useShortcuts } from './shortcuts.ts';

/**
 * Keyboard and whole-row clicks for a list inside: j and k move, Enter opens (the row's own link),
 * x selects. Rows carry `data-row`, their link `data-row-link`.
 */
export function ListKeys({ children, className }: { children: ReactNode; className?: string }) {
  const root = useRef<HTMLDivElement>(null);
  const rows = () => Array.from(root.current?.querySelectorAll<HTMLElement>('[data-row]') ?? []);
  const current = () => rows().findIndex((row) => row.contains(document.activeElement));

  const move = (by: number) => {
    const all = rows();
    const at = current();
    const selected = all.findIndex((row) => row.getAttribute('aria-selected') === 'true');
    const from = at >= 0 ? at : selected;
    const next = all[from < 0 ? 0 : Math.min(all.length - 1, Math.max(0, from + by))];
    next?.querySelector<HTMLElement>('[data-row-link]')?.focus();
    next?.scrollIntoView({ block: 'nearest' });
  };

  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    x: () => {
      const row = rows()[current()];
      row?.querySelector<HTMLInputElement>('input[type="checkbox"]')?.click();
    },
  });

  const openRow = (event: MouseEvent<HTMLDivElement>) => {
    if (!(event.target instanceof Element)) return;
    const row = event.target.closest<HTMLElement>('[data-row]');
    if (!row || event.target.closest('a, button, input, label, summary')) return;
    if (window.getSelection()?.toString()) return;
    row.querySelector<HTMLElement>('[data-row-link]')?.click();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: a larger target for the row's link, which keys reach by itself.
    <div ref={root} onClick={openRow} className={className}>
      {children}
    </div>
  );
}
