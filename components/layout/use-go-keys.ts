import { useRef } from 'react';
import { type Shortcuts, useShortcuts } from '../ui/shortcuts.ts';
import { goKeys } from './keys.ts';
import type { Noun } from './nouns.ts';

const secondKeyMs = 1_200;

/** `g` and then a noun's key goes to its page. */
export function useGoKeys(nouns: readonly Noun[], go: (href: string) => void): void {
  const begun = useRef(0);
  const shortcuts: Record<string, (event: KeyboardEvent) => void> = {
    g: () => {
      begun.current = Date.now();
    },
  };
  useShortcuts(shortcuts satisfies Shortcuts);
  useShortcuts(
    Object.fromEntries(
      Object.entries(goKeys).map(([key, noun]) => [
        key,
        () => {
          const target = nouns.find((one) => one.key === noun);
          if (target && Date.now() - begun.current < secondKeyMs) go(target.href);
          begun.current = 0;
        },
      ]),
    ),
  );
}
