'use client';

import { Check, ChevronDown, X } from 'lucide-react';
import { classNames } from './class-names.ts';
import { Link } from './link.tsx';
import { Menu, MenuItem } from './menu.tsx';

export interface FilterOption {
  readonly value: string;
  readonly label: string;
  readonly href: string;
}

/** One filter: a chip that opens its choices, and shows the chosen one with a way to remove it. */
export function FilterMenu({
  label,
  value,
  options,
  clearHref,
}: {
  label: string;
  value: string | undefined;
  options: readonly FilterOption[];
  clearHref: string;
}) {
  const chosen = value === undefined ? undefined : options.find((option) => option.value === value);
  return (
    <span
      className={classNames(
        'inline-flex h-7 items-center overflow-hidden rounded-md border text-xs',
        value === undefined
          ? 'border-line-strong border-dashed'
          : 'border-transparent bg-accent-wash text-accent',
      )}
    >
      <Menu
        trigger={
          <button
            type="button"
            className={classNames(
              'inline-flex h-full items-center gap-1 px-2 -outline-offset-2',
              value === undefined ? 'text-ink-soft hover:text-ink' : 'font-medium',
            )}
          >
            {label}
            {value === undefined ? null : <span>: {chosen?.label ?? value}</span>}
            <ChevronDown aria-hidden="true" className="size-3 opacity-70" />
          </button>
        }
      >
        {options.length === 0 ? (
          <p className="px-2 py-1.5 text-sm text-ink-faint">Nothing to choose</p>
        ) : null}
        {options.map((option) => (
          <MenuItem key={option.value} asChild>
            <Link href={option.href} scroll={false}>
              <Check aria-hidden="true" className={option.value === value ? 'opacity-100' : 'opacity-0'} />
              {option.label}
            </Link>
          </MenuItem>
        ))}
      </Menu>
      {value === undefined ? null : (
        <Link
          href={clearHref}
          scroll={false}
          aria-label={`Remove filter ${label}`}
          className="flex h-full w-6 items-center justify-center -outline-offset-2 hover:opacity-70"
        >
          <X aria-hidden="true" className="size-3.5" />
        </Link>
      )}
    </span>
  );
}
