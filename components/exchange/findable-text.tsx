'use client';

import { ChevronDown, ChevronUp } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { CodeBlock } from '../ui/code-block.tsx';
import { InertText } from '../ui/inert-text.tsx';
import { formatCount } from '../ui/number.tsx';
import { stretchesOf } from './found.ts';

/** Texts shorter than this are read faster than searched. */
const searchedFromChars = 400;

/** A long text that can be searched, shown inert. */
export function FindableText({ text, label }: { text: string; label: string }) {
  const [words, setWords] = useState('');
  const [current, setCurrent] = useState(0);
  const block = useRef<HTMLDivElement>(null);
  const stretches = useMemo(() => stretchesOf(text, words), [text, words]);
  const matches = stretches.filter(({ match }) => match !== null).length;
  useEffect(() => {
    if (words !== '')
      block.current?.querySelector(`[data-match="${current}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [words, current]);
  const go = (by: number) => setCurrent((at) => (matches === 0 ? 0 : (at + by + matches) % matches));
  return (
    <div ref={block} className="space-y-1.5">
      {text.length < searchedFromChars ? null : (
        <Find
          label={label}
          words={words}
          place={
            words === '' ? '' : matches === 0 ? 'not found' : `${current + 1} of ${formatCount(matches)}`
          }
          onWords={(value) => {
            setWords(value);
            setCurrent(0);
          }}
          onGo={matches === 0 ? null : go}
        />
      )}
      <CodeBlock label={label} className="max-h-[26rem]">
        {stretches.map(({ text: piece, at, match }) =>
          match === null ? (
            <InertText key={at} text={piece} />
          ) : (
            <span
              key={at}
              data-match={match}
              className={
                match === current ? 'rounded-sm bg-accent text-on-accent' : 'rounded-sm bg-accent-wash'
              }
            >
              <InertText text={piece} />
            </span>
          ),
        )}
      </CodeBlock>
    </div>
  );
}

function Find({
  label,
  words,
  place,
  onWords,
  onGo,
}: {
  label: string;
  words: string;
  place: string;
  onWords: (words: string) => void;
  /** Null: nothing was found. */
  onGo: ((by: number) => void) | null;
}) {
  return (
    <search className="flex flex-wrap items-center gap-1.5">
      <input
        type="search"
        aria-label={`Find in ${label.toLowerCase()}`}
        value={words}
        placeholder="Find in this text…"
        onChange={(event) => onWords(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onGo?.(event.shiftKey ? -1 : 1);
        }}
        className="h-7 min-w-40 flex-1 rounded-md border border-line-strong bg-surface px-2 text-xs"
      />
      <span role="status" className="text-xs text-ink-faint tabular">
        {place}
      </span>
      <Button
        size="icon-sm"
        variant="ghost"
        aria-label="Match before"
        disabled={!onGo}
        onClick={() => onGo?.(-1)}
      >
        <ChevronUp aria-hidden="true" />
      </Button>
      <Button
        size="icon-sm"
        variant="ghost"
        aria-label="Next match"
        disabled={!onGo}
        onClick={() => onGo?.(1)}
      >
        <ChevronDown aria-hidden="true" />
      </Button>
    </search>
  );
}
