import type { Every } from './model.ts';

const months: Record<Every, number> = { quarterly: 3, 'half-yearly': 6, yearly: 12 };

/** The `nth` period after the one that ended at `anchor`, in calendar months (UTC). */
export function periodAfter(anchor: Date, every: Every, nth: number): { from: Date; to: Date } {
  const length = months[every];
  return { from: addMonths(anchor, length * (nth - 1)), to: addMonths(anchor, length * nth) };
}

/** The same day so many months later; the month's last where it is shorter. */
function addMonths(from: Date, count: number): Date {
  const at = new Date(from);
  at.setUTCDate(1);
  at.setUTCMonth(at.getUTCMonth() + count);
  const last = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate();
  at.setUTCDate(Math.min(from.getUTCDate(), last));
  return at;
}
