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
  /** Where it plays from once it stands there. */
  const [starting, setStarting] = useState<ReplayStep | null>(null);
  const { follow, trouble } = useFollow(hrefBase);
  usePlaying({ playing, current, speed, steps, follow, stop: () => setPlaying(false) });
  useEffect(() => {
    if (starting === null || current?.seq !== starting.seq) return;
    setStarting(null);
    setPlaying(true);
  }, [starting, current]);
  const move = (place: Promise<ReplayStep | null>) => {
    setStarting(null);
    follow(place);
  };
  const goTo = (seq: number) => move(steps.near(seq));
  const toggle = () => {
    if (playing) return setPlaying(false);
    if (current === null) {
      setPlaying(true);
      return goTo(firstSeq);
    }
    // At its end it begins anew: it plays once it stands at the start.
    const from = steps.after(current.seq).then((next) => (next === null ? steps.near(firstSeq) : current));
    follow(from);
    from.then(
      (step) => setStarting(step),
      () => {},
    );
  };
  return {
    playing,
    trouble,
    toggle,
    forward: () => move(current ? steps.after(current.seq) : steps.near(firstSeq)),
    back: () => (current ? move(steps.before(current.seq)) : undefined),
    goTo,
  };
}

/** While it plays, goes on to what follows when its time has come; stops where nothing does. */
function usePlaying(where: {
  readonly playing: boolean;
  readonly current: ReplayStep | null;
  readonly speed: number;
  readonly steps: Steps;
  readonly follow: (place: Promise<ReplayStep | null>) => void;
  readonly stop: () => void;
}): void {
  const { playing, current, speed, steps, follow, stop } = where;
  const end = useRef(stop);
  useEffect(() => {
    end.current = stop;
  });
  useEffect(() => {
    if (!playing || current === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    steps.after(current.seq).then(
      (next) => {
        if (isOver) return;
        if (next === null) return end.current();
        const gapMs = (next.atMs - current.atMs) / speed;
        const wait = Math.min(pauseMsMax, Math.max(pauseMsMin, gapMs));
        const passes = speed >= passingFrom && gapMs < pauseMsMin;
        const to = passes ? steps.upTo(current.atMs + pauseMsMin * speed, next) : next;
        timer = setTimeout(() => follow(Promise.resolve(to)), wait);
      },
      (error: unknown) => {
        if (isOver) return;
        end.current();
        follow(Promise.reject(error));
      },
    );
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [playing, current, speed, steps, follow]);
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
