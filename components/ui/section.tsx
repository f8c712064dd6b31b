import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

/** A titled part of a page or panel. */
export function Section({
  title,
  action,
  children,
  className,
}: {
  title: string;
  action?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  return (
    <section className={classNames('min-w-0 space-y-2', className)} aria-label={title}>
      <div className="flex min-h-7 items-center justify-between gap-3">
        <h2 className="text-sm font-semibold">{title}</h2>
        {action}
      </div>
      {children}
    </section>
  );
}

export function Card({ children, className }: { children: ReactNode; className?: string }) {
  return <div className={classNames('rounded-lg border bg-surface p-4', className)}>{children}</div>;
}
