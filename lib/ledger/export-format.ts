/** First line of an export names it; docs/trust.md describes the lines. */
export const exportFormat = 'countersign-ledger-export';
export const exportVersion = 1;
/** Longest line: an entry with the largest payload that is written. */
export const exportLineCharsMax = 16 * 1024 * 1024;
