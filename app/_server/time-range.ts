const dayMs = 24 * 60 * 60 * 1000;

export const timeRanges = [
  { value: '1d', label: 'Last 24 hours', days: 1 },
  { value: '7d', label: 'Last 7 days', days: 7 },
  { value: '30d', label: 'Last 30 days', days: 30 },
  { value: '90d', label: 'Last 90 days', days: 90 },
] as const;

/** The range that the address names, up to now; undefined when it names none. */
export function rangeOf(value: string | undefined, now = new Date()): { from: Date; to: Date } | undefined {
  const range = timeRanges.find((one) => one.value === value);
  return range ? { from: new Date(now.getTime() - range.days * dayMs), to: now } : undefined;
}
