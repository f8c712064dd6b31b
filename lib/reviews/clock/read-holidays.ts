import { type ErrorDetail, invalid } from '#lib/core/errors';
import type { Holiday } from './model.ts';

const line = /^(\d{4}-\d\d-\d\d)\s+(.+)$/;
const faultsShownMax = 20;

/** Holidays of text, a day and its name a line; empty lines are skipped. Throws `invalid` naming each line. */
export function readHolidays(text: string): readonly Holiday[] {
  const faults: ErrorDetail[] = [];
  const holidays = text.split(/\r?\n/).flatMap((row, place): Holiday[] => {
    if (row.trim() === '') return [];
    const [, day = '', name = ''] = line.exec(row.trim()) ?? [];
    if (isDay(day) && name !== '') return [{ day, name }];
    faults.push({ at: `line ${place + 1}`, message: 'is no day and name, like 2026-12-25 Christmas Day' });
    return [];
  });
  const [first] = faults;
  if (!first) return holidays;
  const what = faults.length === 1 ? `${first.at} ${first.message}` : `${faults.length} lines can’t be read`;
  throw invalid(`${what}. Nothing was changed.`, faults.slice(0, faultsShownMax));
}

function isDay(day: string): boolean {
  const at = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
}
