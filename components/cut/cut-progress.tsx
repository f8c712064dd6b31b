'use client';

import { CircleCheck, LoaderCircle } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import type { CutStatus } from '#lib/sessions/model';
import { useLive } from '../layout/live.tsx';
import { plural } from '../ui/number.tsx';

const askEveryMs = 1_000;

/** "3 of 3 workers confirmed, 2 sessions ended", as it happens. */
export function CutProgress({ cutId }: { cutId: string }) {
  const [status, setStatus] = useState<CutStatus | null>(null);
  const [failed, setFailed] = useState(false);
  const ask = useCallback(async () => {
    try {
      const answer = await fetch(`/api/cuts/${encodeURIComponent(cutId)}`, { cache: 'no-store' });
      setFailed(!answer.ok);
      if (answer.ok) setStatus((await answer.json()) as CutStatus);
    } catch {
      setFailed(true);
    }
  }, [cutId]);
  const done = status?.done ?? false;
  useLive(['cut'], () => void ask());
  useEffect(() => {
    void ask();
    if (done) return;
    const timer = setInterval(() => void ask(), askEveryMs);
    return () => clearInterval(timer);
  }, [ask, done]);
  if (!status) {
    return <p className="text-sm text-ink-soft">{failed ? 'The progress can’t be read now.' : 'Ordered…'}</p>;
  }
  const Icon = done ? CircleCheck : LoaderCircle;
  return (
    <p role="status" className="flex items-center gap-2 text-sm tabular">
      <Icon
        aria-hidden="true"
        className={done ? 'size-4 shrink-0 text-positive' : 'size-4 shrink-0 animate-spin text-ink-faint'}
      />
      {status.confirmed} of {plural(status.workers, 'worker')} confirmed,{' '}
      {plural(status.sessionsEnded, 'session')} ended
      {status.gone > 0 ? `; ${plural(status.gone, 'worker')} gone, which cut on their own` : ''}
    </p>
  );
}
