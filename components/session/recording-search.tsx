'use client';

import { Search } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { RecordingHit, RecordingSearch } from '#lib/sessions/model';
import { Button } from '../ui/button.tsx';
import { InertText } from '../ui/inert-text.tsx';
import { TextLink } from '../ui/link.tsx';
import { formatCount, formatSeconds } from '../ui/number.tsx';
import { Card } from '../ui/section.tsx';

/** So many are asked for by one press, however many calls that takes. */
const hitsAtOnce = 20;

interface Found {
  readonly hits: readonly RecordingHit[];
  /** Null: to its end. */
  readonly next: number | null;
}

const kinds: Readonly<Record<RecordingHit['kind'], string>> = {
  intent: 'statement',
  outcome: 'error',
  rows: 'result',
  approval: 'approval',
  notice: 'notice',
  end: 'end',
  terminal: 'terminal',
  resize: 'size',
  request: 'request',
  response: 'response',
};

/**
 * Looks for the words in results, bodies and output too: what the list's index does not hold. Other
 * words want another box (`key`), so that nothing found for these is shown for those.
 */
export function RecordingSearchBox({
  address,
  words,
  hrefBase,
}: {
  address: string;
  words: string;
  /** The page's address up to the sequence. */
  hrefBase: string;
}) {
  const [found, setFound] = useState<Found | null>(null);
  const [searching, setSearching] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const left = useRef(new AbortController());
  useEffect(() => {
    const here = new AbortController();
    left.current = here;
    return () => here.abort();
  }, []);
  const search = async () => {
    const { signal } = left.current;
    setSearching(true);
    setTrouble(null);
    try {
      const goal = (found?.hits.length ?? 0) + hitsAtOnce;
      let so: Found = found ?? { hits: [], next: 1 };
      while (so.next !== null && so.hits.length < goal) {
        const more = await searchFrom(address, words, so.next, signal);
        so = { hits: [...so.hits, ...more.hits], next: more.next };
        setFound(so);
      }
    } catch (error) {
      if (signal.aborted) return;
      setTrouble(error instanceof Error ? error.message : String(error));
    }
    setSearching(false);
  };
  const isWhole = found !== null && found.next === null;
  return (
    <Card>
      <section aria-label="Search in the recording" className="space-y-2 text-sm">
        <div className="flex flex-wrap items-center gap-2">
          <Button size="sm" disabled={searching || isWhole} onClick={search}>
            <Search aria-hidden="true" /> {found ? 'Search on' : 'Search the recording too'}
          </Button>
          <span role="status" className="text-xs text-ink-faint">
            {found === null
              ? 'Results, bodies and output; opening it is an entry in the ledger.'
              : `${formatCount(found.hits.length)} found, ${isWhole ? 'to its end' : `up to ${formatCount(found.next ?? 0)}`}`}
          </span>
        </div>
        {trouble ? <p role="alert">{trouble}</p> : null}
        {found && found.hits.length > 0 ? <Hits hits={found.hits} hrefBase={hrefBase} /> : null}
      </section>
    </Card>
  );
}

function Hits({ hits, hrefBase }: { hits: readonly RecordingHit[]; hrefBase: string }) {
  return (
    <ol aria-label="Found in the recording" className="max-h-72 space-y-1 overflow-y-auto">
      {hits.map((hit) => (
        <li key={hit.seq} className="flex items-baseline gap-2 text-xs">
          <TextLink href={`${hrefBase}${hit.statement ?? hit.seq}`} scroll={false}>
            {formatSeconds(hit.atMs / 1000)}, {kinds[hit.kind]}
          </TextLink>
          <span className="min-w-0 flex-1 truncate font-mono">
            <InertText text={hit.before} />
            <mark className="rounded-sm bg-accent-wash text-ink">
              <InertText text={hit.match} />
            </mark>
            <InertText text={hit.after} />
          </span>
        </li>
      ))}
    </ol>
  );
}

async function searchFrom(
  address: string,
  words: string,
  from: number,
  signal: AbortSignal,
): Promise<RecordingSearch> {
  const response = await fetch(`${address}?from=${from}&text=${encodeURIComponent(words)}`, { signal });
  const answer = (await response.json()) as RecordingSearch & { title?: string };
  if (!response.ok) throw new Error(answer.title ?? 'The recording can’t be searched. Try again.');
  return answer;
}
