import { byteOffsets } from './offsets.ts';

interface ScanJson {
  readonly tokens: readonly { readonly start: number; readonly end: number; readonly tokenName: string }[];
}

/**
 * Tokens as written, without comments, joined by one space. Two texts with equal results have the same
 * tokens, so the same meaning; texts of one meaning may differ (`SELECT` and `select`). Null when the
 * text can't be scanned.
 */
export function canonicalFromScan(text: string, json: string): string | null {
  if (!json.startsWith('{')) return null;
  // The scanner leaves control characters of a token's text as they are; only its places are used.
  const tokens = tokensOf(json.replace(/\p{Cc}/gu, ' '));
  if (tokens === null) return null;
  const toUnits = byteOffsets(text);
  const kept: string[] = [];
  for (const { start, end, tokenName } of tokens) {
    if (tokenName === 'SQL_COMMENT' || tokenName === 'C_COMMENT') continue;
    kept.push(text.slice(toUnits(start), toUnits(end)));
  }
  while (kept.at(-1) === ';') kept.pop();
  return kept.join(' ');
}

function tokensOf(json: string): ScanJson['tokens'] | null {
  try {
    return (JSON.parse(json) as ScanJson).tokens;
  } catch {
    return null;
  }
}
