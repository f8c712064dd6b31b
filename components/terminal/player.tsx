'use client';

import 'asciinema-player/dist/bundle/asciinema-player.css';
import type { Player } from 'asciinema-player';
import { useEffect, useRef } from 'react';
import type { TerminalPart } from './part.ts';

/** Longer waits than this are cut short, in seconds. */
const idleSecondsMax = 2;

/** Where to go: a marker's number; a new object goes there again. */
export interface Jump {
  readonly marker: number;
}

/** The player of one part: its code is loaded when it is shown. It draws on its own element only. */
export default function TerminalPlayer({
  part,
  jump,
  speed,
  plays,
  onEnd,
}: {
  part: TerminalPart;
  jump: Jump | null;
  speed: number;
  /** Begins to play by itself. */
  plays: boolean;
  onEnd: () => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  const player = useRef<Player | null>(null);
  // Outlives the player, which is made anew for another speed.
  const state = useRef({ jump, onEnd, seconds: 0, running: plays });
  useEffect(() => {
    Object.assign(state.current, { jump, onEnd });
  });
  useEffect(() => {
    let gone = false;
    const now = state.current;
    void import('asciinema-player').then(async ({ create }) => {
      if (gone || place.current === null) return;
      const made = create({ data: part.cast }, place.current, {
        fit: 'width',
        controls: true,
        idleTimeLimit: idleSecondsMax,
        preload: true,
        speed,
        terminalFontFamily: 'var(--font-geist-mono), ui-monospace, monospace',
        theme: 'asciinema',
      });
      player.current = made;
      made.addEventListener('play', () => Object.assign(now, { running: true }));
      made.addEventListener('pause', () => Object.assign(now, { running: false }));
      made.addEventListener('ended', () => {
        now.running = false;
        now.onEnd();
      });
      if (now.seconds > 0) await made.seek(now.seconds);
      else if (now.jump) await made.seek({ marker: now.jump.marker });
      // What stood on the screen before is drawn only when something is sought.
      else if (part.from > 1 && part.statements.length > 0) await made.seek({ marker: 0 });
      if (!gone && now.running) await made.play();
    });
    return () => {
      gone = true;
      now.seconds = player.current?.getCurrentTime() ?? 0;
      player.current?.dispose();
      player.current = null;
    };
  }, [part, speed]);
  useEffect(() => {
    if (jump) void player.current?.seek({ marker: jump.marker });
  }, [jump]);
  return <div ref={place} className="min-h-40 overflow-hidden rounded-md" />;
}
