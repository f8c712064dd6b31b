import { Ban, Hand } from 'lucide-react';
import { formatCount } from '../ui/number.tsx';

/** How many statements there were, and how many of them were held or denied: zero is quiet. */
export function DecisionCounts({ total, held, denied }: { total: number; held: number; denied: number }) {
  return (
    <span className="inline-flex items-center gap-2.5 text-xs tabular">
      <span className="text-ink-soft">
        {formatCount(total)}
        <span className="sr-only"> in all</span>
      </span>
      {held > 0 ? (
        <span className="inline-flex items-center gap-0.5 font-medium text-pending" title="held">
          <Hand aria-hidden="true" className="size-3" />
          {formatCount(held)}
          <span className="sr-only"> held</span>
        </span>
      ) : null}
      {denied > 0 ? (
        <span className="inline-flex items-center gap-0.5 font-medium text-negative" title="denied">
          <Ban aria-hidden="true" className="size-3" />
          {formatCount(denied)}
          <span className="sr-only"> denied</span>
        </span>
      ) : null}
    </span>
  );
}
