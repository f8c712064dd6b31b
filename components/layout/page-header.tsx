import type { ReactNode } from 'react';

/** Title, one line that says what the page is for, the primary action. */
export function PageHeader({
  title,
  lead,
  actions,
  above,
}: {
  title: ReactNode;
  lead?: ReactNode;
  actions?: ReactNode;
  above?: ReactNode;
}) {
  return (
    <header className="mb-4 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        {above ? <div className="mb-1 text-xs text-ink-faint">{above}</div> : null}
        <h1 className="text-xl font-semibold tracking-tight text-balance break-words">{title}</h1>
        {lead ? <p className="mt-0.5 max-w-3xl text-sm text-ink-soft text-pretty">{lead}</p> : null}
      </div>
      {actions ? <div className="flex shrink-0 flex-wrap items-center gap-2">{actions}</div> : null}
    </header>
  );
}
