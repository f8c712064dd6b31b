import { useEffect, useRef, useState } from 'react';
import { markerAt, partOf, type TerminalPart } from './part.ts';
import type { Jump } from './player.tsx';

/** A running session is asked for more so often. */
const againMs = 2_000;

export interface Parts {
  /** Null: nothing was asked for yet. */
  readonly wanted: { readonly from: number; readonly plays: boolean } | null;
  readonly part: TerminalPart | null;
  readonly jump: Jump | null;
  /** The part begins to play by itself. */
  readonly plays: boolean;
  readonly trouble: string | null;
  readonly load: (from: number, plays: boolean) => void;
}

/** The part of a terminal that is shown: the one with the moment `at`, or the one asked for. */
export function useParts(address: string, at: number | undefined, of: number | undefined): Parts {
  const [wanted, setWanted] = useState<Parts['wanted']>(null);
  const [part, setPart] = useState<TerminalPart | null>(null);
  const [jump, setJump] = useState<Jump | null>(null);
  const [plays, setPlays] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const shown = useRef<TerminalPart | null>(null);
  useEffect(() => {
    shown.current = part;
  }, [part]);
  // Only a new moment goes to its place: what plays on moves away from the one before.
  useEffect(() => {
    if (at === undefined) return;
    const marker = shown.current && markerAt(shown.current, at);
    if (marker === null) setWanted({ from: at, plays: false });
    else setJump({ marker });
  }, [at]);
  useEffect(() => {
    if (wanted === null) return;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    setTrouble(null);
    loadPart(address, wanted.from, of, stop.signal).then(
      (loaded) => {
        // A running session that has no more yet: the screen stays as it is.
        if (loaded.next === wanted.from && shown.current !== null) {
          if (wanted.plays) timer = setTimeout(() => setWanted({ ...wanted }), againMs);
          return;
        }
        setPlays(wanted.plays);
        setJump(null);
        setPart(loaded);
      },
      (error: unknown) => {
        if (!stop.signal.aborted) setTrouble(error instanceof Error ? error.message : String(error));
      },
    );
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [address, wanted, of]);
  const load = (from: number, playing: boolean) => setWanted({ from, plays: playing });
  return { wanted, part, jump, plays, trouble, load };
}

async function loadPart(
  address: string,
  from: number,
  of: number | undefined,
  signal: AbortSignal,
): Promise<TerminalPart> {
  const query = of === undefined ? `from=${from}` : `from=${from}&of=${of}`;
  const response = await fetch(`${address}?${query}`, { signal });
  if (!response.ok) {
    const problem = (await response.json().catch(() => ({}))) as { title?: string };
    throw new Error(problem.title ?? 'The terminal can’t be loaded. Try again.');
  }
  return partOf(await response.text(), from);
}
