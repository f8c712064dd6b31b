'use client';

import { useEffect, useState } from 'react';
import { Tooltip } from './tooltip.tsx';

const steps: readonly (readonly [limitSeconds: number, unitSeconds: number, unit: string])[] = [
  [60, 1, 's'],
  [3_600, 60, 'min'],
  [86_400, 3_600, 'h'],
  [86_400 * 60, 86_400, 'd'],
  [86_400 * 730, 86_400 * 30.44, 'mo'],
  [Number.POSITIVE_INFINITY, 86_400 * 365.25, 'y'],
];

/** "3 min ago", "in 2 h": one number and one unit. */
export function relativeTo(at: number, now: number): string {
  const seconds = Math.abs(at - now) / 1000;
  if (seconds < 5) return 'just now';
  const step = steps.find(([limit]) => seconds < limit) ?? steps[steps.length - 1];
  if (!step) return '';
  const text = `${Math.floor(seconds / step[1])} ${step[2]}`;
  return at > now ? `in ${text}` : `${text} ago`;
}

/** `2026-11-24 03:51:12 UTC` */
export function exactUtc(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** Relative, with the exact UTC time in a tooltip. Ticks by itself. */
export function RelativeTime({ at, className }: { at: string | Date; className?: string }) {
  const moment = new Date(at);
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 15_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <Tooltip content={<span className="tabular">{exactUtc(moment)}</span>}>
      <time
        dateTime={moment.toISOString()}
        suppressHydrationWarning
        className={className ?? 'whitespace-nowrap text-ink-soft'}
      >
        {relativeTo(moment.getTime(), now)}
      </time>
    </Tooltip>
  );
}
