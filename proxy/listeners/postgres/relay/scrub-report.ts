import { scrubReport } from '#lib/masking/index';
import type { MaskSpec } from '#lib/masking/model';

export interface TargetReport {
  readonly fields: ReadonlyMap<string, string>;
  /** True when something was withheld. */
  readonly changed: boolean;
}

/** A target's error or notice without values of masked columns; without masks it is as it came. */
export function scrubbed(
  fields: ReadonlyMap<string, string>,
  masks: readonly MaskSpec[],
  ownText: string | null,
): TargetReport {
  if (masks.length === 0) return { fields, changed: false };
  const result = scrubReport(Object.fromEntries(fields), masks, ownText);
  if (!result.changed) return { fields, changed: false };
  return { fields: new Map(Object.entries(result.fields)), changed: true };
}
