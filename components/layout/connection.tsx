'use client';

import { WifiOff } from 'lucide-react';
import { useLiveState } from './live.tsx';

/** Says that what is on the page may be old. */
export function Connection() {
  const state = useLiveState();
  return (
    <div
      role="status"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-0 bottom-4 z-30 flex justify-center max-md:bottom-20"
    >
      {state === 'lost' ? (
        <span className="fade-in pointer-events-auto inline-flex items-center gap-2 rounded-full bg-raised px-3 py-1.5 text-xs font-medium text-pending shadow-float">
          <WifiOff aria-hidden="true" className="size-3.5" />
          Connection lost: this page may be old. Trying again…
        </span>
      ) : null}
    </div>
  );
}
