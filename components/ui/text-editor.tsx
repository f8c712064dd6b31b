'use client';

import { useRef } from 'react';
import { classNames } from './class-names.ts';

const lineHeightPx = 20;

/** A plain editor for code: line numbers, marked lines, and Tab that leaves (Escape is not needed). */
export function TextEditor({
  label,
  name,
  value,
  onChange,
  markedLines,
  rows = 28,
}: {
  label: string;
  name: string;
  value: string;
  onChange: (text: string) => void;
  /** From 1. */
  markedLines: readonly number[];
  rows?: number;
}) {
  const gutter = useRef<HTMLDivElement>(null);
  const count = value.split('\n').length;
  const marked = new Set(markedLines);
  return (
    <div className="overflow-hidden rounded-lg border bg-surface">
      <p className="border-b bg-sunken px-3 py-1.5 font-mono text-xs text-ink-soft">{label}</p>
      <div className="flex">
        <div
          ref={gutter}
          aria-hidden="true"
          className="overflow-hidden border-r bg-sunken py-2 text-right font-mono text-xs text-ink-faint select-none"
          style={{ height: rows * lineHeightPx }}
        >
          {Array.from({ length: count }, (_, index) => index + 1).map((line) => (
            <div
              key={line}
              className={classNames(
                'px-2 leading-5',
                marked.has(line) && 'bg-negative-wash font-semibold text-negative',
              )}
            >
              {line}
            </div>
          ))}
        </div>
        <textarea
          aria-label={label}
          name={name}
          value={value}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          wrap="off"
          onChange={(event) => onChange(event.target.value)}
          onScroll={(event) => {
            if (gutter.current) gutter.current.scrollTop = event.currentTarget.scrollTop;
          }}
          className="flex-1 resize-none overflow-auto bg-surface px-3 py-2 font-mono text-xs leading-5 -outline-offset-2 [tab-size:2]"
          style={{ height: rows * lineHeightPx }}
        />
      </div>
    </div>
  );
}
