import type { MaskSpec } from './model.ts';

type Options = MaskSpec['options'];

const isoPattern =
  /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?([+-]\d\d(?::\d\d){0,2}|Z)?)?$/;
const dayMs = 86_400_000;
const epochMs = Date.UTC(2000, 0, 1);
/** Years 1 to 9999: what every driver's date type holds. */
const daysMin = Math.round((Date.parse('0001-01-01T00:00:00Z') - epochMs) / dayMs);
const daysMax = Math.round((Date.UTC(9_999, 11, 31) - epochMs) / dayMs);
const microsecondsADay = 86_400_000_000n;

/** Start of the year, or of the month or day where the `bucket` says so. Null for what is no ISO date or time. */
export function generaliseDate(text: string, options: Options): string | null {
  const match = isoPattern.exec(text);
  if (!match) return null;
  const [, year, month, date, hour, , , zone = ''] = match;
  const unit = options.bucket;
  const isFine = unit === 'month' || unit === 'day';
  const day = `${year}-${isFine ? month : '01'}-${unit === 'day' ? date : '01'}`;
  return hour === undefined ? day : `${day} 00:00:00${zone}`;
}

/** The same on a binary date: days since 2000-01-01. */
export function generaliseDays(days: number, options: Options): number | null {
  if (days < daysMin || days > daysMax) return null;
  if (options.bucket === 'day') return days;
  const date = new Date(epochMs + days * dayMs);
  const start = new Date(0);
  start.setUTCFullYear(date.getUTCFullYear(), options.bucket === 'month' ? date.getUTCMonth() : 0, 1);
  return Math.round((start.getTime() - epochMs) / dayMs);
}

/** The same on a binary timestamp: microseconds since 2000-01-01, of UTC where it has a zone. */
export function generaliseMicroseconds(micros: bigint, options: Options): bigint | null {
  const days = micros / microsecondsADay - (micros % microsecondsADay < 0n ? 1n : 0n);
  if (days > daysMax || days < daysMin) return null;
  const start = generaliseDays(Number(days), options);
  return start === null ? null : BigInt(start) * microsecondsADay;
}
