'use client';

import { CheckCircle2, OctagonX, X } from 'lucide-react';
import { Toast as Radix } from 'radix-ui';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';

export interface ToastMessage {
  readonly look: 'positive' | 'negative';
  readonly text: string;
  /** More about it, which may change while it stands: the progress of what was begun, a way back. */
  readonly content?: ReactNode;
  readonly durationMs?: number;
}

interface Shown extends ToastMessage {
  readonly id: number;
}

const shownMax = 3;
const Show = createContext<(message: ToastMessage) => void>(() => undefined);

/** Says what an action came to, without moving the page. */
export function useToast(): (message: ToastMessage) => void {
  return useContext(Show);
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<readonly Shown[]>([]);
  const show = useCallback((message: ToastMessage) => {
    setShown((before) => [...before.slice(1 - shownMax), { ...message, id: Date.now() + Math.random() }]);
  }, []);
  const close = useCallback((id: number) => setShown((before) => before.filter((one) => one.id !== id)), []);
  const list = useMemo(
    () => shown.map((one) => <ToastCard key={one.id} message={one} onClose={() => close(one.id)} />),
    [shown, close],
  );
  return (
    <Show value={show}>
      <Radix.Provider swipeDirection="right">
        {children}
        {list}
        <Radix.Viewport className="fixed right-4 bottom-4 z-50 flex w-96 max-w-[calc(100vw-2rem)] flex-col gap-2 outline-none max-md:bottom-20" />
      </Radix.Provider>
    </Show>
  );
}

function ToastCard({ message, onClose }: { message: Shown; onClose: () => void }) {
  const Icon = message.look === 'positive' ? CheckCircle2 : OctagonX;
  return (
    <Radix.Root
      duration={message.durationMs ?? (message.look === 'negative' ? 12_000 : 6_000)}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      className="slide-in flex items-start gap-2.5 rounded-lg bg-raised px-3.5 py-3 text-sm shadow-float"
    >
      <Icon
        aria-hidden="true"
        className={`mt-0.5 size-4 shrink-0 ${message.look === 'positive' ? 'text-positive' : 'text-negative'}`}
      />
      <div className="min-w-0 flex-1 space-y-2 break-words">
        <Radix.Description>{message.text}</Radix.Description>
        {message.content}
      </div>
      <Radix.Close aria-label="Dismiss" className="shrink-0 rounded p-1 text-ink-faint hover:text-ink">
        <X aria-hidden="true" className="size-3.5" />
      </Radix.Close>
    </Radix.Root>
  );
}
