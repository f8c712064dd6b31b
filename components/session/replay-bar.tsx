'use client';

import { Pause, Play, SkipBack, SkipForward } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { ReplayIndex, ReplayStep } from '#lib/sessions/model';
import { Button } from '../ui/button.tsx';
import { formatSeconds } from '../ui/number.tsx';
import { useShortcuts } from '../ui/shortcuts.ts';
import { SpeedChoice } from '../ui/speed-choice.tsx';
import { timeAbout } from './steps.ts';
import { useReplay } from './use-replay.ts';

const speeds = [1, 4, 16, 64, 256, 1024] as const;
/** The slider's places: an arrow key moves by one of them. */
const placesMax = 1_000;
const settleMs = 200;

/** Plays a session statement by statement at its own pace, or faster; long waits are cut short. */
export function ReplayBar({
  index,
  lengthMs,
  current,
  currentAtMs,
  stepsAddress,
  hrefBase,
}: {
  index: ReplayIndex;
  lengthMs: number;
  /** Sequence of the statement that is looked at. */
  current: number | undefined;
  /** Undefined: about, by the marks. */
  currentAtMs: number | undefined;
  stepsAddress: string;
  /** The page's address up to the sequence: `/sessions/ID?at=`. */
  hrefBase: string;
}) {
  const [speed, setSpeed] = useState<number>(4);
  const atMs = currentAtMs ?? (current === undefined ? 0 : timeAbout(index.marks, current));
  const now = useMemo<ReplayStep | null>(
    () => (current === undefined ? null : { seq: current, atMs }),
    [current, atMs],
  );
  const firstSeq = index.firstSeq ?? 1;
  const lastSeq = index.lastSeq ?? firstSeq;
  const replay = useReplay({ stepsAddress, hrefBase, current: now, firstSeq, speed });
  useShortcuts({ p: replay.toggle, n: replay.forward, b: replay.back });
  const seq = now?.seq ?? firstSeq;
  return (
    <div className="flex flex-wrap items-center gap-2 rounded-lg border bg-surface px-2 py-1.5">
      <Button
        variant="ghost"
        size="icon-sm"
        aria-label="Statement before"
        disabled={now === null || seq <= firstSeq}
        onClick={replay.back}
      >
        <SkipBack aria-hidden="true" />
      </Button>
      <Button
        variant="secondary"
        size="icon-sm"
        aria-label={replay.playing ? 'Pause' : 'Play'}
        onClick={replay.toggle}
      >
        {replay.playing ? <Pause aria-hidden="true" /> : <Play aria-hidden="true" />}
      </Button>
      <Button
        variant="ghost"
        size="icon-sm"
        aria-label="Next statement"
        disabled={now !== null && seq >= lastSeq}
        onClick={replay.forward}
      >
        <SkipForward aria-hidden="true" />
      </Button>
      <Position index={index} seq={seq} lengthMs={lengthMs} onGo={replay.goTo} />
      <SpeedChoice value={speed} speeds={speeds} onChange={setSpeed} />
      {replay.trouble ? (
        <span role="alert" className="text-xs text-negative">
          {replay.trouble}
        </span>
      ) : null}
    </div>
  );
}

/** Over the whole session; it goes there when it comes to rest. */
function Position({
  index: { firstSeq, lastSeq, marks },
  seq,
  lengthMs,
  onGo,
}: {
  index: ReplayIndex;
  seq: number;
  lengthMs: number;
  onGo: (seq: number) => void;
}) {
  const first = firstSeq ?? 1;
  const span = Math.max(1, (lastSeq ?? first) - first);
  const [sought, setSought] = useState<{ readonly to: number; readonly from: number } | null>(null);
  // Once the replay stands elsewhere it has arrived somewhere.
  if (sought !== null && sought.from !== seq) setSought(null);
  const goal = sought?.from === seq ? sought.to : null;
  const go = useRef(onGo);
  useEffect(() => {
    go.current = onGo;
  });
  useEffect(() => {
    if (goal === null) return;
    const timer = setTimeout(() => go.current(goal), settleMs);
    return () => clearTimeout(timer);
  }, [goal]);
  const shown = goal ?? seq;
  const time = `${formatSeconds(timeAbout(marks, shown) / 1000)} / ${formatSeconds(lengthMs / 1000)}`;
  return (
    <>
      <input
        type="range"
        min={0}
        max={span}
        step={Math.max(1, Math.floor(span / placesMax))}
        value={shown - first}
        onChange={(event) => setSought({ to: first + Number(event.target.value), from: seq })}
        aria-label="Position in the session"
        aria-valuetext={`at ${shown} of ${lastSeq ?? first}, ${time}`}
        className="h-6 min-w-32 flex-1 accent-accent"
      />
      <span className="text-xs text-ink-faint tabular">{time}</span>
    </>
  );
}
