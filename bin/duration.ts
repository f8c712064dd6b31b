const unitSeconds = { s: 1, m: 60, h: 3_600 } as const;

/** Seconds of `90s`, `5m`, `1h`; null for anything else. */
export function durationSeconds(text: string): number | null {
  const match = /^([1-9][0-9]{0,5})([smh])$/.exec(text);
  if (!match) return null;
  return Number(match[1]) * unitSeconds[match[2] as keyof typeof unitSeconds];
}
