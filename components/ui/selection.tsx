'use client';

import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';

/**
 * Watches the check boxes of a list inside and shows `bar` while some are checked. The bar gets
 * the checked values; it stays at the bottom, so that the list does not move.
 */
export function Selection({
  name,
  children,
  bar,
}: {
  name: string;
  children: ReactNode;
  bar: (values: readonly string[], clear: () => void) => ReactNode;
}) {
  const root = useRef<HTMLDivElement>(null);
  const [values, setValues] = useState<readonly string[]>([]);
  const boxes = useCallback(
    () =>
      Array.from(
        root.current?.querySelectorAll<HTMLInputElement>(`input[type="checkbox"][name="${name}"]`) ?? [],
      ),
    [name],
  );
  const read = useCallback(
    () =>
      setValues(
        boxes()
          .filter((box) => box.checked)
          .map((box) => box.value),
      ),
    [boxes],
  );
  const setAll = (checked: boolean) => {
    for (const box of boxes()) if (!box.disabled) box.checked = checked;
    read();
  };
  useEffect(() => {
    // Rows that left the list take their mark with them.
    const watcher = new MutationObserver(read);
    if (root.current) watcher.observe(root.current, { childList: true, subtree: true });
    return () => watcher.disconnect();
  }, [read]);
  return (
    <div ref={root} onChange={read}>
      {children}
      {values.length > 0 ? (
        <section
          aria-label="Selection"
          className="slide-in sticky bottom-4 z-20 mx-auto mt-3 flex w-fit max-w-full flex-wrap items-center gap-3 rounded-lg bg-raised px-3 py-2 text-sm shadow-float max-md:bottom-18"
        >
          <span role="status" className="font-medium tabular">
            {values.length} selected
          </span>
          <button type="button" className="min-h-6 text-accent hover:underline" onClick={() => setAll(true)}>
            Select all shown
          </button>
          <button type="button" className="min-h-6 text-accent hover:underline" onClick={() => setAll(false)}>
            Clear
          </button>
          {bar(values, () => setAll(false))}
        </section>
      ) : null}
    </div>
  );
}
