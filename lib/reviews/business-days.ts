const dayMs = 24 * 60 * 60 * 1000;

/** Whole business days that have passed since `from`. */
export function businessDaysSince(from: Date, now: Date): number {
  let days = 0;
  while (addBusinessDays(from, days + 1) <= now) days += 1;
  return days;
}

/** The same time of day, so many Mondays to Fridays later (UTC; no holidays). */
export function addBusinessDays(from: Date, days: number): Date {
  let at = from.getTime();
  for (let left = days; left > 0; ) {
    at += dayMs;
    const weekday = new Date(at).getUTCDay();
    if (weekday !== 0 && weekday !== 6) left -= 1;
  }
  return new Date(at);
}
