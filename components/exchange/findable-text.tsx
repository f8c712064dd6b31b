'use client';

import { ChevronDown, ChevronUp } from 'lucide-react';
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { CodeBlock } from '../ui/code-block.tsx';
import { InertText } from '../ui/inert-text.tsx';
import { plural } from '../ui/number.tsx';
import { stretchesOf } from './found.ts';

/** Texts shorter than this are read faster than searched. */
const searchedFromChars = 400;

/** A long text that can be searched, shown inert. */
export function FindableText({ text, label }: { text: string; label: string }) {
  const [words, setWords] = useState('');
  const [current, setCurrent] = useState(0);
  const block = useRef<HTMLDivElement>(null);
  const id = useId();
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
        <search className="flex flex-wrap items-center gap-1.5">
          <label htmlFor={id} className="sr-only">
            Find in {label.toLowerCase()}
          </label>
          <input
            id={id}
            type="search"
            value={words}
            placeholder="Find in this text…"
            onChange={(event) => {
              setWords(event.target.value);
              setCurrent(0);
            }}
            onKeyDown={(event) => {
              if (event.key === 'Enter') go(event.shiftKey ? -1 : 1);
            }}
            className="h-7 min-w-40 flex-1 rounded-md border border-line-strong bg-surface px-2 text-xs"
          />
          <span role="status" className="text-xs text-ink-faint tabular">
            {words === ''
              ? ''
              : matches === 0
                ? 'not found'
                : `${current + 1} of ${plural(matches, 'match', 'matches')}`}
          </span>
          <Button
            size="icon-sm"
            variant="ghost"
            aria-label="Match before"
            disabled={matches === 0}
            onClick={() => go(-1)}
          >
            <ChevronUp aria-hidden="true" />
          </Button>
          <Button
            size="icon-sm"
            variant="ghost"
            aria-label="Next match"
            disabled={matches === 0}
            onClick={() => go(1)}
          >
            <ChevronDown aria-hidden="true" />
          </Button>
        </search>
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
