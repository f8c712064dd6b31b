'use client';

import { Pause, Play, SkipBack, SkipForward } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { formatSeconds } from '../ui/number.tsx';
import { useShortcuts } from '../ui/shortcuts.ts';
import { SpeedChoice } from '../ui/speed-choice.tsx';

export interface ReplayStep {
  readonly seq: number;
  /** Milliseconds since the session began. */
  readonly atMs: number;
}

const speeds = [1, 4, 16, 64] as const;
const pauseMsMax = 2_500;
const pauseMsMin = 250;

/** Plays a session statement by statement at its own pace, or faster; long waits are cut short. */
export function ReplayBar({
  steps,
  lengthMs,
  current,
  hrefBase,
}: {
  steps: readonly ReplayStep[];
  lengthMs: number;
  current: number | undefined;
  /** The page's address up to the sequence: `/sessions/ID?at=`. */
  hrefBase: string;
}) {
  const router = useRouter();
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<number>(4);
  const at = steps.findIndex((step) => step.seq === current);
  const go = (index: number) => {
    const step = steps[index];
    if (step) router.replace(`${hrefBase}${step.seq}`, { scroll: false });
  };
  const next = steps[at + 1];
  const ended = next === undefined;
  const gapMs = next && at >= 0 ? next.atMs - (steps[at]?.atMs ?? 0) : 0;
  useEffect(() => {
    if (!playing || !next) return;
    const wait = Math.min(pauseMsMax, Math.max(pauseMsMin, gapMs / speed));
    const timer = setTimeout(() => router.replace(`${hrefBase}${next.seq}`, { scroll: false }), wait);
    return () => clearTimeout(timer);
  }, [playing, next, gapMs, speed, router, hrefBase]);
  const toggle = () => {
    if (!playing && ended) go(0);
    setPlaying(!playing || ended);
  };
  useShortcuts({ p: toggle, n: () => go(at + 1), b: () => go(Math.max(0, at - 1)) });
  const running = playing && !ended;
  return (
    <div className="flex flex-wrap items-center gap-2 rounded-lg border bg-surface px-2 py-1.5">
      <Button
        variant="ghost"
        size="icon-sm"
        aria-label="Statement before"
        disabled={at <= 0}
        onClick={() => go(at - 1)}
      >
        <SkipBack aria-hidden="true" />
      </Button>
      <Button variant="secondary" size="icon-sm" aria-label={running ? 'Pause' : 'Play'} onClick={toggle}>
        {running ? <Pause aria-hidden="true" /> : <Play aria-hidden="true" />}
      </Button>
      <Button
        variant="ghost"
        size="icon-sm"
        aria-label="Next statement"
        disabled={ended}
        onClick={() => go(at + 1)}
      >
        <SkipForward aria-hidden="true" />
      </Button>
      <Position steps={steps} at={at} onGo={go} />
      <span className="text-xs text-ink-faint tabular">
        {formatSeconds((steps[Math.max(0, at)]?.atMs ?? 0) / 1000)} / {formatSeconds(lengthMs / 1000)}
      </span>
      <SpeedChoice value={speed} speeds={speeds} onChange={setSpeed} />
    </div>
  );
}

function Position({
  steps,
  at,
  onGo,
}: {
  steps: readonly ReplayStep[];
  at: number;
  onGo: (index: number) => void;
}) {
  return (
    <input
      type="range"
      min={0}
      max={Math.max(0, steps.length - 1)}
      value={Math.max(0, at)}
      onChange={(event) => onGo(Number(event.target.value))}
      aria-label="Position in the session"
      aria-valuetext={`statement ${at + 1} of ${steps.length}, ${formatSeconds((steps[at]?.atMs ?? 0) / 1000)} in`}
      className="h-6 min-w-32 flex-1 accent-accent"
    />
  );
}
