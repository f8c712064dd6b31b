'use client';

import { Command as Cmdk } from 'cmdk';
import { Search } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import { type ReactNode, useEffect, useState } from 'react';

export interface CommandEntry {
  readonly id: string;
  readonly label: string;
  readonly group: string;
  readonly icon?: ReactNode;
  readonly hint?: string;
  readonly run: () => void;
}

/** Ctrl-K or ⌘K: go anywhere, do anything, by typing. `typed` may add entries for what was typed. */
export function CommandMenu({
  entries,
  typed,
  open,
  onOpenChange,
}: {
  entries: readonly CommandEntry[];
  typed?: (text: string) => readonly CommandEntry[];
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const [text, setText] = useState('');
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      onOpenChange(true);
    };
    document.addEventListener('keydown', hear);
    return () => document.removeEventListener('keydown', hear);
  }, [onOpenChange]);
  const all = [...entries, ...(typed?.(text.trim()) ?? [])];
  const groups = [...new Set(all.map((entry) => entry.group))];
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fade-in fixed inset-0 z-40 bg-scrim" />
        <Radix.Content
          aria-describedby={undefined}
          className="fade-in fixed top-[14vh] left-1/2 z-50 w-[calc(100vw-2rem)] max-w-xl -translate-x-1/2 overflow-hidden rounded-xl bg-raised shadow-float"
        >
          <Radix.Title className="sr-only">Command menu</Radix.Title>
          <Cmdk label="Command menu" loop>
            <div className="flex items-center gap-2.5 border-b px-4">
              <Search aria-hidden="true" className="size-4 text-ink-faint" />
              <Cmdk.Input
                value={text}
                onValueChange={setText}
                placeholder="Go to, find, or paste an id"
                className="h-12 w-full bg-transparent outline-none placeholder:text-ink-faint"
              />
            </div>
            <Cmdk.List className="max-h-80 overflow-y-auto p-1.5">
              <Cmdk.Empty className="px-3 py-8 text-center text-sm text-ink-soft">
                Nothing by that name.
              </Cmdk.Empty>
              {groups.map((group) => (
                <Group
                  key={group}
                  heading={group}
                  entries={all.filter((entry) => entry.group === group)}
                  onSelect={(entry) => {
                    onOpenChange(false);
                    setText('');
                    entry.run();
                  }}
                />
              ))}
            </Cmdk.List>
          </Cmdk>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Group({
  heading,
  entries,
  onSelect,
}: {
  heading: string;
  entries: readonly CommandEntry[];
  onSelect: (entry: CommandEntry) => void;
}) {
  return (
    <Cmdk.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-ink-faint"
    >
      {entries.map((entry) => (
        <Cmdk.Item
          key={entry.id}
          value={`${entry.label} ${entry.id}`}
          onSelect={() => onSelect(entry)}
          className="flex h-9 items-center gap-2.5 rounded-md px-2.5 text-sm data-[selected=true]:bg-hover [&_svg]:size-4 [&_svg]:text-ink-faint"
        >
          {entry.icon}
          <span className="min-w-0 flex-1 truncate">{entry.label}</span>
          {entry.hint ? <span className="text-xs text-ink-faint">{entry.hint}</span> : null}
        </Cmdk.Item>
      ))}
    </Cmdk.Group>
  );
}
