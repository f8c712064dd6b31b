'use client';

import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Button } from '../../ui/button.tsx';

export interface ComparedFile {
  readonly name: string;
  readonly older: string;
  readonly newer: string;
}

/** Whole files beside each other, on request; the list of changes that it is given stands without script. */
export function SideBySide({ files, children }: { files: readonly ComparedFile[]; children: ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <div className="space-y-3">
      <div className="flex justify-end">
        <Button size="sm" aria-pressed={open} onClick={() => setOpen(!open)}>
          {open ? 'List of changes' : 'Side by side'}
        </Button>
      </div>
      {open ? files.map((file) => <Compared key={file.name} {...file} />) : children}
    </div>
  );
}

function Compared({ name, older, newer }: ComparedFile) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let close = () => {};
    let gone = false;
    void import('./open-merge.ts').then(({ openMerge }) => {
      if (!gone && place.current) close = openMerge(place.current, name, older, newer);
    });
    return () => {
      gone = true;
      close();
    };
  }, [name, older, newer]);
  return (
    <section aria-label={`${name} side by side`} className="overflow-hidden rounded-lg border bg-surface">
      <p className="border-b bg-sunken px-3 py-1.5 font-mono text-xs text-ink-soft">{name}</p>
      <div ref={place} className="min-h-40" />
    </section>
  );
}
