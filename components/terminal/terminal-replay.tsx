'use client';

import { SquareTerminal } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Callout } from '../ui/callout.tsx';
import { Card } from '../ui/section.tsx';
import { SpeedChoice } from '../ui/speed-choice.tsx';
import type { TerminalPart } from './part.ts';
import { type Parts, useParts } from './use-parts.ts';

const TerminalPlayer = dynamic(() => import('./player.tsx'), { ssr: false });

const speeds = [0.5, 1, 2, 4, 16] as const;

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
  const parts = useParts(address, at, of);
  const [speed, setSpeed] = useState<number>(1);
  const { part, wanted, trouble, load } = parts;
  const next = part?.next ?? null;
  return (
    <Card>
      <section aria-label="Terminal" className="space-y-2">
        <div className="flex flex-wrap items-center justify-between gap-2">
          <h2 className="text-xs font-medium text-ink-faint">Terminal, as the agent saw it</h2>
          {part ? <SpeedChoice value={speed} speeds={speeds} onChange={setSpeed} /> : null}
        </div>
        {trouble ? <Callout look="pending">{trouble}</Callout> : null}
        {wanted === null && at === undefined ? (
          <Button onClick={() => load(1, true)}>
            <SquareTerminal aria-hidden="true" /> Open the terminal
          </Button>
        ) : null}
        {part?.isEmpty ? <p className="text-sm text-ink-soft">Nothing was drawn here.</p> : null}
        {part && !part.isEmpty ? (
          <TerminalPlayer
            key={part.from}
            part={part}
            jump={parts.jump}
            speed={speed}
            plays={parts.plays}
            onEnd={() => (next === null ? undefined : load(next, true))}
          />
        ) : null}
        {part ? <Removed removed={part.removed} /> : null}
        {part && of === undefined ? <OtherParts part={part} load={load} /> : null}
      </section>
    </Card>
  );
}

function OtherParts({ part: { from, next }, load }: { part: TerminalPart; load: Parts['load'] }) {
  if (from === 1 && next === null) return null;
  return (
    <div className="flex flex-wrap items-center gap-2 text-xs text-ink-faint">
      A part of the session
      {from > 1 ? (
        <Button size="sm" onClick={() => load(1, false)}>
          From the start
        </Button>
      ) : null}
      {next === null ? null : (
        <Button size="sm" onClick={() => load(next, false)}>
          Next part
        </Button>
      )}
    </div>
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
