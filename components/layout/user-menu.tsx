'use client';

import { Keyboard, LogOut, Monitor, Moon, Sun } from 'lucide-react';
import { signOut } from 'next-auth/react';
import { useState } from 'react';
import { Menu, MenuItem, MenuLabel, MenuRadioGroup, MenuRadioItem, MenuSeparator } from '../ui/menu.tsx';
import { type Theme, themeCookie, themeOf } from './theme.ts';

const yearSeconds = 365 * 24 * 60 * 60;

function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  // biome-ignore lint/suspicious/noDocumentCookie: the server draws the next page in this theme, without a flash.
  document.cookie = `${themeCookie}=${theme}; path=/; max-age=${yearSeconds}; samesite=lax`;
}

const initialsOf = (name: string) =>
  name
    .split(/\s+/)
    .map((word) => word.charAt(0))
    .slice(0, 2)
    .join('')
    .toUpperCase();

/** Who is signed in, the theme, and the way out. */
export function UserMenu({
  name,
  detail,
  theme,
}: {
  name: string;
  /** "admin, approver" */
  detail: string;
  theme: Theme;
}) {
  const [current, setCurrent] = useState(theme);
  const choose = (value: string) => {
    const next = themeOf(value);
    setCurrent(next);
    applyTheme(next);
  };
  return (
    <Menu
      side="top"
      trigger={
        <button
          type="button"
          aria-label={`Account: ${name}`}
          className="flex min-h-10 w-full items-center gap-2.5 rounded-md px-2 py-1 text-left hover:bg-hover"
        >
          <span
            aria-hidden="true"
            className="flex size-7 shrink-0 items-center justify-center rounded-full bg-accent-wash text-2xs font-semibold text-accent"
          >
            {initialsOf(name)}
          </span>
          <span className="min-w-0 flex-1">
            <span className="block truncate text-sm font-medium">{name}</span>
            <span className="block truncate text-xs text-ink-faint">{detail}</span>
          </span>
        </button>
      }
    >
      <MenuLabel>Theme</MenuLabel>
      <MenuRadioGroup value={current} onValueChange={choose}>
        <MenuRadioItem value="system">
          <Monitor aria-hidden="true" /> System
        </MenuRadioItem>
        <MenuRadioItem value="light">
          <Sun aria-hidden="true" /> Light
        </MenuRadioItem>
        <MenuRadioItem value="dark">
          <Moon aria-hidden="true" /> Dark
        </MenuRadioItem>
      </MenuRadioGroup>
      <MenuSeparator />
      <MenuItem onSelect={() => document.dispatchEvent(new KeyboardEvent('keydown', { key: '?' }))}>
        <Keyboard aria-hidden="true" /> Keyboard
      </MenuItem>
      <MenuItem onSelect={() => void signOut({ callbackUrl: '/sign-in' })}>
        <LogOut aria-hidden="true" /> Sign out
      </MenuItem>
    </Menu>
  );
}
