'use client';

import { useRouter } from 'next/navigation';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react';

export type LiveKind = 'approval' | 'access-request' | 'proposal' | 'session' | 'campaign' | 'cut' | 'access';

export interface LiveMessage {
  readonly kind: LiveKind | 'resync';
  readonly id?: string | null;
}

type Listener = (message: LiveMessage) => void;

interface Live {
  readonly state: 'connecting' | 'live' | 'lost';
  readonly subscribe: (listener: Listener) => () => void;
}

const Shared = createContext<Live>({ state: 'connecting', subscribe: () => () => undefined });
const lostAfterMs = 3_000;

/**
 * One event stream a page; it comes back by itself, and everything is read anew then. `since` is when
 * the server drew the page, in milliseconds: what changed until the stream stood is read anew too.
 */
export function LiveProvider({ since, children }: { since: number; children: ReactNode }) {
  const [state, setState] = useState<Live['state']>('connecting');
  const drawnAt = useRef(since);
  const listeners = useRef(new Set<Listener>());
  useEffect(() => {
    const tell = (message: LiveMessage) => {
      for (const listener of listeners.current) listener(message);
    };
    let wasOpen = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let source: EventSource | undefined;
    const open = () => {
      source = new EventSource(`/api/events?since=${drawnAt.current}`);
      source.onopen = () => {
        clearTimeout(timer);
        timer = undefined;
        setState('live');
        if (wasOpen) tell({ kind: 'resync' });
        wasOpen = true;
      };
      source.onmessage = (event: MessageEvent<string>) => tell(JSON.parse(event.data) as LiveMessage);
      source.onerror = () => {
        timer ??= setTimeout(() => setState('lost'), lostAfterMs);
        // A refusal closes the source for good; a server that restarts refuses for a while.
        if (source?.readyState === EventSource.CLOSED) reopen = setTimeout(open, lostAfterMs);
      };
    };
    let reopen: ReturnType<typeof setTimeout> | undefined;
    open();
    return () => {
      clearTimeout(timer);
      clearTimeout(reopen);
      source?.close();
    };
  }, []);
  const live = useMemo<Live>(
    () => ({
      state,
      subscribe: (listener) => {
        listeners.current.add(listener);
        return () => listeners.current.delete(listener);
      },
    }),
    [state],
  );
  return <Shared value={live}>{children}</Shared>;
}

export function useLiveState(): Live['state'] {
  return useContext(Shared).state;
}

/** Calls back for each event of these kinds, and whenever events may have been missed. */
export function useLive(kinds: readonly LiveKind[], listener: Listener): void {
  const { subscribe } = useContext(Shared);
  const latest = useRef(listener);
  const wanted = kinds.join(' ');
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(
    () =>
      subscribe((message) => {
        if (message.kind === 'resync' || wanted.split(' ').includes(message.kind)) latest.current(message);
      }),
    [subscribe, wanted],
  );
}

const gatherMs = 80;

/** Reads the page anew when something of these kinds changes; several changes are one reading. */
export function LiveRefresh({ kinds }: { kinds: readonly LiveKind[] }) {
  const router = useRouter();
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useLive(kinds, () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      router.refresh();
    }, gatherMs);
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  return null;
}
