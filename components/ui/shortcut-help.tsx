'use client';

import { useState } from 'react';
import { Dialog } from './dialog.tsx';
import { Kbd } from './kbd.tsx';
import { useShortcuts, useSingleKeys } from './shortcuts.ts';

export interface ShortcutGroup {
  readonly title: string;
  readonly keys: readonly (readonly [keys: readonly string[], what: string])[];
}

/** Opens with `?`: every key of the product, and the switch that turns single keys off. */
export function ShortcutHelp({ groups }: { groups: readonly ShortcutGroup[] }) {
  const [open, setOpen] = useState(false);
  const [singleKeys, setSingleKeys] = useSingleKeys();
  useShortcuts({ '?': () => setOpen(true) });
  return (
    <Dialog title="Keyboard" open={open} onOpenChange={setOpen} wide>
      <div className="grid gap-x-8 gap-y-5 pt-2 sm:grid-cols-2">
        {groups.map((group) => (
          <section key={group.title} aria-label={group.title}>
            <h3 className="mb-1 text-xs font-medium text-ink-faint">{group.title}</h3>
            <dl>
              {group.keys.map(([keys, what]) => (
                <div
                  key={what}
                  className="flex h-8 items-center justify-between gap-4 border-b text-sm last:border-0"
                >
                  <dt>{what}</dt>
                  <dd className="flex gap-1">
                    {keys.map((key) => (
                      <Kbd key={key}>{key}</Kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <label className="mt-5 flex min-h-6 items-center gap-2 text-sm">
        <input
          type="checkbox"
          checked={singleKeys}
          onChange={(event) => setSingleKeys(event.target.checked)}
          className="size-3.5 accent-accent"
        />
        Single-key shortcuts are on
      </label>
    </Dialog>
  );
}
