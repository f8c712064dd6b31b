'use client';

import { Hourglass, Timer } from 'lucide-react';
import { useEffect, useState } from 'react';
import { classNames } from '../ui/class-names.ts';
import { formatSeconds } from '../ui/number.tsx';

/** How long the agent's client still waits, and then how long the answer still counts. */
export function TimeLeft({ holdUntil, expiresAt }: { holdUntil: Date; expiresAt: Date }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const waits = Math.floor((holdUntil.getTime() - now) / 1_000);
  const left = Math.floor((expiresAt.getTime() - now) / 1_000);
  const Icon = waits > 0 ? Hourglass : Timer;
  const text = waits > 0 ? `waits ${waits} s` : left > 0 ? `${formatSeconds(left)} left` : 'expired';
  return (
    <span
      suppressHydrationWarning
      className={classNames(
        'inline-flex items-center gap-1 whitespace-nowrap text-xs tabular',
        waits > 0 ? 'font-medium text-pending' : 'text-ink-faint',
      )}
    >
      <Icon aria-hidden="true" className="size-3" />
      {text}
    </span>
  );
}
