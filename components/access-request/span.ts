export const spans = [
  { value: String(60 * 60), label: '1 hour' },
  { value: String(8 * 60 * 60), label: '8 hours' },
  { value: String(24 * 60 * 60), label: '1 day' },
  { value: String(7 * 24 * 60 * 60), label: '7 days' },
  { value: String(30 * 24 * 60 * 60), label: '30 days' },
  { value: String(90 * 24 * 60 * 60), label: '90 days' },
] as const;

const units = [
  [24 * 60 * 60, 'day'],
  [60 * 60, 'hour'],
  [60, 'minute'],
] as const;

/** A length of time that somebody asked for: "8 hours", "90 days". */
export function spanText(seconds: number): string {
  const [size, unit] = units.find(([length]) => seconds >= length && seconds % length === 0) ?? [1, 'second'];
  const count = seconds / size;
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** The asked length and every usual one that is shorter. */
export function spansUpTo(seconds: number): { readonly value: string; readonly label: string }[] {
  const shorter = spans.filter(({ value }) => Number(value) < seconds);
  return [{ value: String(seconds), label: `${spanText(seconds)}, as asked` }, ...shorter.toReversed()];
}
