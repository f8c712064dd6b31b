'use client';

import { type FormEvent, type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import type { Answer } from './form-state.ts';
import { useToast } from './toast.tsx';

/** What a list's filter finds beyond what is shown. */
export interface AllMatching {
  /** Reads the values of all; `text` says how many, and whether there are more than fit. */
  readonly load: () => Promise<Answer<Matching>>;
}

interface Matching {
  readonly values: readonly string[];
  readonly text: string;
}

/**
 * Watches the check boxes of a list inside and shows `bar` while some are checked. The bar gets
 * the checked values; it stays at the bottom, so that the list does not move. With `all`, whatever
 * the filter finds can be taken whole, until a box is changed.
 */
export function Selection({
  name,
  children,
  bar,
  all,
}: {
  name: string;
  children: ReactNode;
  bar: (values: readonly string[], clear: () => void) => ReactNode;
  all?: AllMatching | null;
}) {
  const root = useRef<HTMLDivElement>(null);
  const [checked, setChecked] = useState<readonly string[]>([]);
  const [matching, setMatching] = useState<Matching | null>(null);
  const toast = useToast();
  const boxes = useCallback(
    () =>
      Array.from(
        root.current?.querySelectorAll<HTMLInputElement>(`input[type="checkbox"][name="${name}"]`) ?? [],
      ),
    [name],
  );
  const read = useCallback(() => {
    const on = boxes().filter((box) => box.checked);
    setChecked(on.map((box) => box.value));
  }, [boxes]);
  const setAll = (on: boolean) => {
    for (const box of boxes()) if (!box.disabled) box.checked = on;
    setMatching(null);
    read();
  };
  const takeMatching = async ({ load }: AllMatching) => {
    const found = await load();
    if (found.value === null) return toast({ look: 'negative', text: found.failed });
    setAll(true);
    setMatching(found.value);
  };
  // A dialog that the bar opens is inside too: what is typed there changes no selection.
  const change = ({ target }: FormEvent<HTMLDivElement>) => {
    if (!(target instanceof HTMLInputElement) || target.name !== name) return;
    setMatching(null);
    read();
  };
  useEffect(() => {
    // Rows that left the list take their mark with them.
    const watcher = new MutationObserver(read);
    if (root.current) watcher.observe(root.current, { childList: true, subtree: true });
    return () => watcher.disconnect();
  }, [read]);
  const values = matching ? matching.values : checked;
  return (
    <div ref={root} onChange={change}>
      {children}
      {values.length > 0 ? (
        <Bar text={matching ? matching.text : `${values.length} selected`}>
          <BarButton text="Select all shown" onClick={() => setAll(true)} />
          {all && !matching ? (
            <BarButton text="Select all that match" onClick={() => takeMatching(all)} />
          ) : null}
          <BarButton text="Clear" onClick={() => setAll(false)} />
          {bar(values, () => setAll(false))}
        </Bar>
      ) : null}
    </div>
  );
}

function Bar({ text, children }: { text: string; children: ReactNode }) {
  return (
    <section
      aria-label="Selection"
      className="slide-in sticky bottom-4 z-20 mx-auto mt-3 flex w-fit max-w-full flex-wrap items-center gap-3 rounded-lg bg-raised px-3 py-2 text-sm shadow-float max-md:bottom-18"
    >
      <span role="status" className="font-medium tabular">
        {text}
      </span>
      {children}
    </section>
  );
}

function BarButton({ text, onClick }: { text: string; onClick: () => void }) {
  return (
    <button type="button" className="min-h-6 text-accent hover:underline" onClick={onClick}>
      {text}
    </button>
  );
}
