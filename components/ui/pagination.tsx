import { ChevronLeft, ChevronRight } from 'lucide-react';
import { Button } from './button.tsx';
import { Link } from './link.tsx';

/** Steps through a list's pages; a null address means there is none. */
export function Pagination({
  previousHref,
  nextHref,
  text,
}: {
  previousHref: string | null;
  nextHref: string | null;
  text: string;
}) {
  if (!previousHref && !nextHref) return null;
  return (
    <nav aria-label="Pages" className="flex items-center justify-between gap-3 pt-1">
      <span className="text-xs text-ink-faint tabular">{text}</span>
      <span className="flex gap-2">
        <Step href={previousHref}>
          <ChevronLeft aria-hidden="true" /> Previous
        </Step>
        <Step href={nextHref}>
          Next <ChevronRight aria-hidden="true" />
        </Step>
      </span>
    </nav>
  );
}

function Step({ href, children }: { href: string | null; children: React.ReactNode }) {
  if (!href) {
    return (
      <Button size="sm" disabled>
        {children}
      </Button>
    );
  }
  return (
    <Button asChild size="sm">
      <Link href={href}>{children}</Link>
    </Button>
  );
}
