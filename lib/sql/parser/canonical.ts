interface ScanJson {
  readonly tokens: readonly { readonly text: string; readonly tokenName: string }[];
}

/**
 * Tokens as written, without comments, joined by one space. Two texts with equal results have the same
 * tokens, so the same meaning; texts of one meaning may differ (`SELECT` and `select`).
 */
export function canonicalFromScan(json: string): string | null {
  if (!json.startsWith('{')) return null;
  const { tokens } = JSON.parse(json) as ScanJson;
  const kept: string[] = [];
  for (const token of tokens) {
    if (token.tokenName !== 'SQL_COMMENT' && token.tokenName !== 'C_COMMENT') kept.push(token.text);
  }
  while (kept.at(-1) === ';') kept.pop();
  return kept.join(' ');
}
