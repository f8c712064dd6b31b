import type { ReactNode } from 'react';
import { Mark } from '#components/layout/mark';

export function Frame({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="flex min-h-dvh items-center justify-center px-4 py-10">
      <div className="w-full max-w-sm space-y-4 rounded-xl border bg-surface p-7 shadow-raised">
        <Mark className="size-9" />
        <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
        {children}
      </div>
    </main>
  );
}
