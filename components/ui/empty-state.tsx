import type { ReactNode } from 'react';

/** What stands where nothing is: says so, and what to do about it. */
export function EmptyState({
  icon,
  title,
  children,
  action,
}: {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center justify-center gap-2 rounded-lg border border-dashed border-line-strong px-6 py-14 text-center">
      {icon ? (
        <span
          aria-hidden="true"
          className="mb-1 flex size-9 items-center justify-center rounded-full bg-hover text-ink-faint [&_svg]:size-4"
        >
          {icon}
        </span>
      ) : null}
      <p className="font-medium text-ink">{title}</p>
      {children ? <div className="max-w-md text-balance text-sm text-ink-soft">{children}</div> : null}
      {action ? <div className="mt-3 flex gap-2">{action}</div> : null}
    </div>
  );
}
