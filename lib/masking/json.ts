import { hideDetected } from './detectors.ts';
import { fixedMark } from './marks.ts';
import type { DetectorName } from './model.ts';

/** What a reviver is told of a number or another plain value: its own text. */
interface Source {
  readonly source?: string;
}

// Not in the library's types yet.
const raw = JSON as unknown as { rawJSON(text: string): unknown; isRawJSON(value: unknown): boolean };

/**
 * JSON with every find in a string, a key or a number replaced, and the same text where there is none.
 * Strings are searched as they read, whatever their escapes. What is no JSON is hidden whole.
 */
export function hideInJson(text: string, only: readonly DetectorName[]): string {
  // Without escapes a value reads in the text as it is.
  if (!text.includes('\\') && hideDetected(text, only) === text) return text;
  let found = false;
  const hide = (value: string): string => {
    const hidden = hideDetected(value, only);
    found ||= hidden !== value;
    return hidden;
  };
  const revive = (_key: string, value: unknown, context?: Source): unknown => {
    if (typeof value === 'string') return hide(value);
    if (typeof value === 'number') {
      const own = context?.source ?? String(value);
      const hidden = hide(own);
      return hidden === own ? raw.rawJSON(own) : hidden;
    }
    return isTree(value) ? withHiddenKeys(value, hide) : value;
  };
  try {
    const revived: unknown = JSON.parse(text, revive);
    return found ? JSON.stringify(revived) : text;
  } catch {
    return JSON.stringify(fixedMark);
  }
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !raw.isRawJSON(value);
}

function withHiddenKeys(
  value: Record<string, unknown>,
  hide: (text: string) => string,
): Record<string, unknown> {
  const keys = Object.keys(value);
  if (keys.every((key) => hide(key) === key)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [hide(key), inner]));
}
