import { useRouter } from 'next/navigation';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { ReplayStep } from '#lib/sessions/model';
import { Steps } from './steps.ts';

const pauseMsMax = 2_500;
const pauseMsMin = 250;
/** From this speed on what lies closer than a pause is passed over. */
const passingFrom = 256;

export interface Replay {
  readonly playing: boolean;
  readonly trouble: string | null;
  readonly toggle: () => void;
  readonly forward: () => void;
  readonly back: () => void;
  readonly goTo: (seq: number) => void;
}

/** Moves over a session of any length: the address says where it stands, the route what is near. */
export function useReplay(where: {
  readonly stepsAddress: string;
  readonly hrefBase: string;
  readonly current: ReplayStep | null;
  readonly firstSeq: number;
  readonly speed: number;
}): Replay {
  const { stepsAddress, hrefBase, current, firstSeq, speed } = where;
  const steps = useMemo(() => new Steps(stepsAddress), [stepsAddress]);
  const [playing, setPlaying] = useState(false);
  const { follow, trouble } = useFollow(hrefBase);
  useEffect(() => {
    if (!playing || current === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    steps.after(current.seq).then(
      (next) => {
        if (isOver) return;
        if (next === null) return setPlaying(false);
        const gapMs = (next.atMs - current.atMs) / speed;
        const wait = Math.min(pauseMsMax, Math.max(pauseMsMin, gapMs));
        const passes = speed >= passingFrom && gapMs < pauseMsMin;
        const to = passes ? steps.upTo(current.atMs + pauseMsMin * speed, next) : next;
        timer = setTimeout(() => follow(Promise.resolve(to)), wait);
      },
      () => setPlaying(false),
    );
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [playing, current, speed, steps, follow]);
  const goTo = (seq: number) => follow(steps.near(seq));
  const toggle = () => {
    if (playing) return setPlaying(false);
    setPlaying(true);
    if (current === null) return goTo(firstSeq);
    // At its end it begins anew.
    follow(steps.after(current.seq).then((next) => (next === null ? { seq: firstSeq, atMs: 0 } : current)));
  };
  return {
    playing,
    trouble,
    toggle,
    forward: () => follow(current ? steps.after(current.seq) : steps.near(firstSeq)),
    back: () => (current ? follow(steps.before(current.seq)) : undefined),
    goTo,
  };
}

/** Goes where a promise says, unless something else was asked for meanwhile. */
function useFollow(hrefBase: string) {
  const router = useRouter();
  const [trouble, setTrouble] = useState<string | null>(null);
  const latest = useRef(0);
  const follow = useCallback(
    (place: Promise<ReplayStep | null>) => {
      latest.current += 1;
      const asked = latest.current;
      place.then(
        (step) => {
          if (asked !== latest.current) return;
          setTrouble(null);
          if (step) router.replace(`${hrefBase}${step.seq}`, { scroll: false });
        },
        (error: unknown) => setTrouble(error instanceof Error ? error.message : String(error)),
      );
    },
    [router, hrefBase],
  );
  return { follow, trouble };
}
