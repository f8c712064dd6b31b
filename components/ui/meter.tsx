/** A share as a thin bar beside its numbers; the numbers are what is read. */
export function Meter({ value, max, label }: { value: number; max: number; label: string }) {
  const share = max > 0 ? Math.min(1, value / max) : 0;
  return (
    <span className="inline-flex items-center gap-2 tabular">
      <svg aria-hidden="true" viewBox="0 0 48 4" preserveAspectRatio="none" className="h-1 w-12 shrink-0">
        <rect width="48" height="4" rx="2" className="fill-hover" />
        <rect width={48 * share} height="4" rx="2" className="fill-accent" />
      </svg>
      <span className="text-ink-soft">{label}</span>
    </span>
  );
}
