'use client';

import { Bell, BellOff } from 'lucide-react';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { Button } from '../ui/button.tsx';

const storageKey = 'countersign-approval-alerts';
const changed = 'countersign:approval-alerts';
const toneHz = 660;
const toneSeconds = 0.16;

function useAlertsOn(): boolean {
  return useSyncExternalStore(
    (notify) => {
      window.addEventListener(changed, notify);
      return () => window.removeEventListener(changed, notify);
    },
    () => localStorage.getItem(storageKey) === 'on',
    () => false,
  );
}

/** Opt-in: a tone and a number in the tab's title when a request comes. */
export function InboxAlerts({ waiting }: { waiting: number }) {
  const on = useAlertsOn();
  const before = useRef(waiting);
  const [said, setSaid] = useState('');
  useEffect(() => {
    const came = waiting - before.current;
    before.current = waiting;
    if (came > 0) {
      setSaid(`${came} new ${came === 1 ? 'request waits' : 'requests wait'}`);
      if (on) playTone();
    }
  }, [waiting, on]);
  useEffect(() => {
    if (!on || waiting === 0) return;
    const title = document.title.replace(/^\(\d+\) /, '');
    document.title = `(${waiting}) ${title}`;
    return () => {
      document.title = title;
    };
  }, [waiting, on]);
  const toggle = () => {
    localStorage.setItem(storageKey, on ? 'off' : 'on');
    window.dispatchEvent(new Event(changed));
  };
  return (
    <>
      <span role="status" aria-live="polite" className="sr-only">
        {said}
      </span>
      <Button variant="ghost" onClick={toggle} aria-pressed={on}>
        {on ? <Bell aria-hidden="true" /> : <BellOff aria-hidden="true" />}
        {on ? 'Sound on' : 'Sound off'}
      </Button>
    </>
  );
}

function playTone(): void {
  const audio = new AudioContext();
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = toneHz;
  volume.gain.setValueAtTime(0.08, audio.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + toneSeconds);
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + toneSeconds);
  tone.onended = () => void audio.close();
}
