import { classNames } from './class-names.ts';
import { Link } from './link.tsx';

export interface TabLink {
  readonly href: string;
  readonly label: string;
  readonly count?: number | undefined;
  readonly current: boolean;
}

/** Views of one page. They are links: each has an address, and works without script. */
export function TabLinks({ label, tabs }: { label: string; tabs: readonly TabLink[] }) {
  return (
    <nav aria-label={label} className="flex gap-1 overflow-x-auto border-b">
      {tabs.map((tab) => (
        <Link
          key={tab.href}
          href={tab.href}
          aria-current={tab.current ? 'page' : undefined}
          className={classNames(
            '-mb-px flex h-9 items-center gap-1.5 whitespace-nowrap border-b-2 px-2.5 text-sm -outline-offset-2',
            tab.current
              ? 'border-accent font-medium text-ink'
              : 'border-transparent text-ink-soft hover:text-ink',
          )}
        >
          {tab.label}
          {tab.count === undefined ? null : (
            <span className="rounded bg-hover px-1 text-xs text-ink-soft tabular">{tab.count}</span>
          )}
        </Link>
      ))}
    </nav>
  );
}
