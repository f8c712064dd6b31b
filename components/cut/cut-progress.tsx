'use client';

import { CircleCheck, LoaderCircle } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import type { CutStatus } from '#lib/sessions/model';
import { useLive } from '../layout/live.tsx';
import { plural } from '../ui/number.tsx';

const askEveryMs = 1_000;

type Known = Readonly<Record<string, CutStatus>>;

/** "3 of 3 workers confirmed, 2 sessions ended", as it happens; several cuts are told as one. */
export function CutProgress({ cutIds }: { cutIds: readonly string[] }) {
  const [known, setKnown] = useState<Known>({});
  const [failed, setFailed] = useState(false);
  const open = cutIds.filter((id) => !known[id]?.done).join(' ');
  const ask = useCallback(async () => {
    if (open === '') return;
    const read = await Promise.all(open.split(' ').map(readCut));
    setFailed(read.includes(null));
    const answers = read.flatMap((status) => (status ? [[status.id, status] as const] : []));
    setKnown((before) => ({ ...before, ...Object.fromEntries(answers) }));
  }, [open]);
  useLive(['cut'], () => void ask());
  useEffect(() => {
    void ask();
    if (open === '') return;
    const timer = setInterval(() => void ask(), askEveryMs);
    return () => clearInterval(timer);
  }, [ask, open]);
  const statuses = Object.values(known);
  if (statuses.length === 0) {
    return <p className="text-sm text-ink-soft">{failed ? 'The progress can’t be read now.' : 'Ordered…'}</p>;
  }
  const done = open === '';
  const workers = Math.max(...statuses.map((status) => status.workers));
  const waiting = Math.max(...statuses.map((status) => status.workers - status.confirmed));
  const gone = Math.max(...statuses.map((status) => status.gone));
  const ended = statuses.reduce((sum, status) => sum + status.sessionsEnded, 0);
  const Icon = done ? CircleCheck : LoaderCircle;
  return (
    <p role="status" className="flex items-center gap-2 text-sm tabular">
      <Icon
        aria-hidden="true"
        className={done ? 'size-4 shrink-0 text-positive' : 'size-4 shrink-0 animate-spin text-ink-faint'}
      />
      {workers - waiting} of {plural(workers, 'worker')} confirmed, {plural(ended, 'session')} ended
      {gone > 0 ? `; ${plural(gone, 'worker')} gone, which cut on their own` : ''}
    </p>
  );
}

async function readCut(id: string): Promise<CutStatus | null> {
  try {
    const answer = await fetch(`/api/cuts/${encodeURIComponent(id)}`, { cache: 'no-store' });
    return answer.ok ? ((await answer.json()) as CutStatus) : null;
  } catch {
    return null;
  }
}
