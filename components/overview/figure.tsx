import { Link } from '../ui/link.tsx';

/** A number that opens the list behind it. */
export function Figure({
  label,
  value,
  detail,
  href,
  tone,
}: {
  label: string;
  value: string;
  detail?: string;
  href: string;
  /** Draws the eye when there is something to do. */
  tone?: 'pending' | 'negative' | undefined;
}) {
  const colour = tone === 'pending' ? 'text-pending' : tone === 'negative' ? 'text-negative' : '';
  return (
    <Link
      href={href}
      className="group block min-w-0 rounded-lg border bg-surface px-3.5 py-3 hover:border-line-strong hover:bg-hover"
    >
      <span className="block truncate text-xs text-ink-faint">{label}</span>
      <span className={`mt-1 block text-2xl font-semibold tracking-tight tabular ${colour}`}>{value}</span>
      {detail ? <span className="block truncate text-xs text-ink-faint tabular">{detail}</span> : null}
    </Link>
  );
}
