import { useEffect, useRef, useSyncExternalStore } from 'react';

const storageKey = 'countersign-single-keys';
const changed = 'countersign:single-keys';

/** Whether single-key shortcuts work; people who dictate or mistype turn them off (WCAG 2.1.4). */
export function useSingleKeys(): readonly [boolean, (on: boolean) => void] {
  const on = useSyncExternalStore(
    (notify) => {
      window.addEventListener(changed, notify);
      return () => window.removeEventListener(changed, notify);
    },
    () => localStorage.getItem(storageKey) !== 'off',
    () => true,
  );
  const set = (value: boolean) => {
    localStorage.setItem(storageKey, value ? 'on' : 'off');
    window.dispatchEvent(new Event(changed));
  };
  return [on, set];
}

export type Shortcuts = Readonly<Record<string, (event: KeyboardEvent) => void>>;

/** Single keys, heard anywhere on the page but not while somebody types or a dialog is open. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const [on] = useSingleKeys();
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });
  useEffect(() => {
    if (!on) return;
    const hear = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || event.isComposing)
        return;
      if (
        isTyping(event.target) ||
        document.querySelector('[role="dialog"][data-state="open"], [role="menu"]')
      )
        return;
      const run = latest.current[event.key];
      if (!run) return;
      event.preventDefault();
      run(event);
    };
    document.addEventListener('keydown', hear);
    return () => document.removeEventListener('keydown', hear);
  }, [on]);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'button', 'submit'].includes(target.type);
  return (
    target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
  );
}
