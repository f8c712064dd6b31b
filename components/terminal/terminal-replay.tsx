'use client';

import { SquareTerminal } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useEffect, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Callout } from '../ui/callout.tsx';
import { Card } from '../ui/section.tsx';
import { SpeedChoice } from '../ui/speed-choice.tsx';
import { markerAt, partOf, type TerminalPart } from './part.ts';
import type { Jump } from './player.tsx';

const TerminalPlayer = dynamic(() => import('./player.tsx'), { ssr: false });

const speeds = [0.5, 1, 2, 4, 16] as const;

type Loading = { readonly from: number; readonly plays: boolean };

/**
 * A session's terminal, part by part. With `at` it opens there; without, when it is asked for, as
 * opening it is an entry in the ledger.
 */
export function TerminalReplay({
  address,
  at,
  of,
}: {
  /** Of the route that sends the asciicast. */
  address: string;
  at: number | undefined;
  /** Only the output of this command. */
  of?: number;
}) {
  const [wanted, setWanted] = useState<Loading | null>(at === undefined ? null : { from: at, plays: false });
  const [part, setPart] = useState<TerminalPart | null>(null);
  const [jump, setJump] = useState<Jump | null>(null);
  const [plays, setPlays] = useState(false);
  const [speed, setSpeed] = useState<number>(1);
  const [trouble, setTrouble] = useState<string | null>(null);
  useEffect(() => {
    if (at === undefined) return;
    const marker = part === null ? null : markerAt(part, at);
    if (marker !== null) setJump({ marker });
    else if (part !== null && of === undefined) setWanted({ from: at, plays: false });
  }, [at, part, of]);
  useEffect(() => {
    if (wanted === null) return;
    const stop = new AbortController();
    setTrouble(null);
    loadPart(address, wanted.from, of, stop.signal).then(
      (loaded) => {
        setPlays(wanted.plays);
        setJump(null);
        setPart(loaded);
      },
      (error: unknown) => {
        if (!stop.signal.aborted) setTrouble(error instanceof Error ? error.message : String(error));
      },
    );
    return () => stop.abort();
  }, [address, wanted, of]);
  const next = part?.next ?? null;
  return (
    <Card>
      <section aria-label="Terminal" className="space-y-2">
        <div className="flex flex-wrap items-center justify-between gap-2">
          <h2 className="text-xs font-medium text-ink-faint">Terminal, as the agent saw it</h2>
          {part ? <SpeedChoice value={speed} speeds={speeds} onChange={setSpeed} /> : null}
        </div>
        {trouble ? <Callout look="pending">{trouble}</Callout> : null}
        {wanted === null ? (
          <Button onClick={() => setWanted({ from: 1, plays: true })}>
            <SquareTerminal aria-hidden="true" /> Open the terminal
          </Button>
        ) : null}
        {part?.isEmpty ? <p className="text-sm text-ink-soft">Nothing was drawn here.</p> : null}
        {part && !part.isEmpty ? (
          <TerminalPlayer
            key={part.from}
            part={part}
            jump={jump}
            speed={speed}
            plays={plays}
            onEnd={() => (next === null ? undefined : setWanted({ from: next, plays: true }))}
          />
        ) : null}
        {part ? <Removed removed={part.removed} /> : null}
        {part && (part.from > 1 || next !== null) && of === undefined ? (
          <div className="flex flex-wrap items-center gap-2 text-xs text-ink-faint">
            A part of the session
            {part.from > 1 ? (
              <Button size="sm" onClick={() => setWanted({ from: 1, plays: false })}>
                From the start
              </Button>
            ) : null}
            {next === null ? null : (
              <Button size="sm" onClick={() => setWanted({ from: next, plays: false })}>
                Next part
              </Button>
            )}
          </div>
        ) : null}
      </section>
    </Card>
  );
}

function Removed({ removed }: { removed: TerminalPart['removed'] }) {
  if (removed.length === 0) return null;
  return (
    <p className="text-xs text-ink-faint">
      Taken out, as it acts beyond a terminal:{' '}
      {removed.map(([name, times]) => `${name} (${times}×)`).join(', ')}
    </p>
  );
}

async function loadPart(
  address: string,
  from: number,
  of: number | undefined,
  signal: AbortSignal,
): Promise<TerminalPart> {
  const query = of === undefined ? `from=${from}` : `from=${from}&of=${of}`;
  const response = await fetch(`${address}?${query}`, { signal });
  if (!response.ok) {
    const problem = (await response.json().catch(() => ({}))) as { title?: string };
    throw new Error(problem.title ?? 'The terminal can’t be loaded. Try again.');
  }
  return partOf(await response.text(), from);
}
