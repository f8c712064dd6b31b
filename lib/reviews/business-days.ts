const dayMs = 24 * 60 * 60 * 1000;
const none: ReadonlySet<string> = new Set();

/** Whole business days that have passed since `from`. */
export function businessDaysSince(from: Date, now: Date, holidays = none): number {
  let days = 0;
  while (addBusinessDays(from, days + 1, holidays) <= now) days += 1;
  return days;
}

/** The same time of day, so many business days later (UTC). `holidays`: days like 2026-12-25 that are none. */
export function addBusinessDays(from: Date, days: number, holidays = none): Date {
  let at = from.getTime();
  for (let left = days; left > 0; ) {
    at += dayMs;
    if (isBusinessDay(new Date(at), holidays)) left -= 1;
  }
  return new Date(at);
}

function isBusinessDay(at: Date, holidays: ReadonlySet<string>): boolean {
  const weekday = at.getUTCDay();
  return weekday !== 0 && weekday !== 6 && !holidays.has(at.toISOString().slice(0, 10));
}
